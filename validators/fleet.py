"""A fleet from and to object storage that answers on this machine: PROGRAM SERVICES TABLE SCENARIOS.

Shards are decided by two processes at once, one is put back to what a broken upload would leave, and
all are put together; the table is that of the run on files, but for what names the files.
"""

import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from moto.server import ThreadedMotoServer

program, services, table, scenarios = sys.argv[1:]
SHARDS = 4

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://127.0.0.1:{port}"
environment = {
    **os.environ,
    "AWS_ENDPOINT_URL": endpoint,
    "AWS_ACCESS_KEY_ID": "made-up",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_REGION": "us-east-1",
    "NO_COLOR": "1",
}
s3 = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="made-up",
    aws_secret_access_key="made-up",
)
s3.create_bucket(Bucket="fleet")
for path in sorted(pathlib.Path(services).glob("*.toml")):
    s3.upload_file(str(path), "fleet", f"services/{path.name}")
# What is no workload file is none of a fleet.
s3.put_object(Bucket="fleet", Key="services/notes.txt", Body=b"notes")


def landfall(*arguments, code=0, **variables):
    done = subprocess.run(
        [program, "fleet", *arguments],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != code:
        sys.exit(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def shard(index, says=""):
    said = landfall(
        "s3://fleet/services",
        "--out",
        "s3://fleet/results/fleet.parquet",
        "--scenarios",
        scenarios,
        AWS_BATCH_JOB_ARRAY_INDEX=str(index),
        AWS_BATCH_JOB_ARRAY_SIZE=str(SHARDS),
    )
    if says not in said:
        sys.exit(f"shard {index} should have said {says!r}:\n{said}")


with ThreadPoolExecutor(2) as pool:
    list(pool.map(shard, range(SHARDS)))
keys = [one["Key"] for one in s3.list_objects_v2(Bucket="fleet", Prefix="results/")["Contents"]]
wanted = [f"results/fleet-{index}-of-{SHARDS}.parquet" for index in range(SHARDS)]
if keys != wanted:
    sys.exit(f"{keys}")
tag = s3.head_object(Bucket="fleet", Key=keys[1])["LastModified"]
shard(1, "is there and whole")
if s3.head_object(Bucket="fleet", Key=keys[1])["LastModified"] != tag:
    sys.exit("a shard that was whole was written again")

# A shard that is gone is named; decided again, all is the same.
s3.delete_object(Bucket="fleet", Key=keys[2])
said = landfall("merge", "s3://fleet/all.parquet", "s3://fleet/results/", code=2)
if "shards are missing: 2/4" not in said:
    sys.exit(said)
shard(2)
landfall("merge", "s3://fleet/all.parquet", "s3://fleet/results/")
landfall("merge", "s3://fleet/all.parquet", "s3://fleet/results/")

# The same figures as from files.
here = landfall("summary", table, "--format", "json")
there = landfall("summary", "s3://fleet/all.parquet", "--format", "json")
if here != there:
    sys.exit(f"{here}\n{there}")

# A table in the store, and what is not there.
rows = "id,trigger,traffic.volume,work.duration\n" + "".join(
    f"row-{number},http,{number + 1}M/month,{20 + number}ms\n" for number in range(8)
)
s3.put_object(Bucket="fleet", Key="list.csv", Body=rows.encode())
said = landfall("s3://fleet/list.csv", "--out", "s3://fleet/list.parquet", "--scenarios", "10", "--estimate")
if "8 rows of 8 items" not in said:
    sys.exit(said)
said = landfall("s3://fleet/none.csv", "--out", "s3://fleet/none.parquet", code=2)
if "there is no such object" not in said:
    sys.exit(said)
said = landfall("s3://fleet/list.csv", "--out", "s3://nobody/none.parquet", "--scenarios", "0", code=2)
if "cannot" not in said or "hint:" not in said:
    sys.exit(said)
# What is no table is not overwritten.
said = landfall("s3://fleet/list.csv", "--out", "s3://fleet/services/notes.txt", code=2)
if "would be overwritten" not in said:
    sys.exit(said)
server.stop()
print(f"{len(keys)} shards, {len(rows.splitlines()) - 1} rows of a table")
