#!/usr/bin/env bash
# Starts so many nodes of ScyllaDB in containers, of the version SCYLLA_VERSION, with addresses of their own from 172.28.0.11 on,
# and waits until each of them says that it is healthy. More than one are a cluster, each in a rack of its own.
set -euo pipefail

count=${1:?usage: start-scylla.sh <nodes>}
image=scylladb/scylla:${SCYLLA_VERSION:-latest}
network=alternator
# 2025.4 has indexes on tablets only with this
options=()
[[ ${SCYLLA_VERSION:-} != 2025.4* ]] || options=(--rf-rack-valid-keyspaces 1)

docker network create --subnet 172.28.0.0/24 "$network"
for ((node = 1; node <= count; node++)); do
  address=172.28.0.$((10 + node))
  rack=$(mktemp)
  printf 'dc=dc1\nrack=rack%d\n' "$node" >"$rack"
  chmod a+r "$rack"
  docker run --detach --name "scylla-$node" --network "$network" --ip "$address" \
    --volume "$rack:/etc/scylla/cassandra-rackdc.properties:ro" "$image" \
    --smp 1 --memory 1G --overprovisioned 1 --developer-mode 1 --seeds 172.28.0.11 \
    --endpoint-snitch GossipingPropertyFileSnitch \
    --alternator-port 8000 --alternator-write-isolation always ${options[@]+"${options[@]}"}
  for ((second = 0; ; second += 5)); do
    if curl --silent --fail "http://$address:8000/" | grep --quiet '^healthy'; then break; fi
    if ((second >= 300)); then
      docker logs --tail 50 "scylla-$node"
      exit 1
    fi
    sleep 5
  done
done
