"""Keeps a test that fails from failing all that follow it.

The suite's client_no_transform() takes away what boto3 does to requests, and gives it back only if the test passes.
"""

from contextlib import contextmanager


def pytest_configure(config):
    from test.alternator import util

    original = util.client_no_transform

    @contextmanager
    def restoring(client):
        events = client.meta.events
        try:
            with original(client) as untransformed:
                yield untransformed
        finally:
            client.meta.events = events

    util.client_no_transform = restoring
