"""Another program of the same table: migrates items as it reads them, and writes them with boto3 in one of three styles.

Usage: lazy_migration.py ENDPOINT TABLE STYLE ROUNDS ID...
Prints a line of JSON for each acknowledged write.
"""

import json
import sys
import uuid
from decimal import Decimal

import boto3
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError

NEWEST = 2


def body_to_text(item):
    item["text"] = item.pop("body")
    return item


# what brings an item of a version to the next
MIGRATIONS = {1: body_to_text}


def migrate(item):
    version = int(item.get("schema_version", 1))
    while version < NEWEST:
        item = MIGRATIONS[version](item)
        version += 1
        item["schema_version"] = version
    return item


def changed(item, token):
    """The item with what this program knows of it."""
    item["py_tokens"] = item.get("py_tokens", set()) | {token}
    item["price"] = Decimal("0.10")
    item["large"] = Decimal("12345678901234567890123456789012345678")
    item["raw"] = Binary(b"\x00\xff")
    item["scores"] = {Decimal(1), Decimal("2.5")}
    item["nested"] = {"list": [Decimal("1.5"), None, True, {"deep": "ä"}]}
    return item


def put(table, key, token):
    item = migrate(table.get_item(Key=key, ConsistentRead=True)["Item"])
    seen = sorted(item.get("ts_tokens", set()))
    table.put_item(Item=changed(item, token))
    return seen


def conditional_put(table, key, token):
    while True:
        item = migrate(table.get_item(Key=key, ConsistentRead=True)["Item"])
        seen = sorted(item.get("ts_tokens", set()))
        before = item.get("revision")
        item["revision"] = str(uuid.uuid4())
        condition = {"ConditionExpression": "attribute_not_exists(revision)"}
        if before is not None:
            condition = {
                "ConditionExpression": "revision = :before",
                "ExpressionAttributeValues": {":before": before},
            }
        try:
            table.put_item(Item=changed(item, token), **condition)
            return seen
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise


def update(table, key, token):
    table.update_item(
        Key=key,
        UpdateExpression="ADD py_tokens :t SET price = :p, #raw = :r",
        ExpressionAttributeNames={"#raw": "raw"},
        ExpressionAttributeValues={":t": {token}, ":p": Decimal("0.10"), ":r": Binary(b"\x00\xff")},
    )
    return None


STYLES = {"put_item": put, "conditional put_item": conditional_put, "update_item": update}


def main(endpoint, name, style, rounds, *ids):
    resource = boto3.resource(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="local",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"max_attempts": 3}),
    )
    table = resource.Table(name)
    for number in range(int(rounds)):
        for item_id in ids:
            token = f"py-{item_id}-{number}"
            seen = STYLES[style](table, {"id": item_id}, token)
            print(json.dumps({"id": item_id, "token": token, "seen": seen}), flush=True)


main(*sys.argv[1:])
