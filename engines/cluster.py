"""A real Spark standalone cluster on this machine: a master, workers of one core each, and a Spark Connect server.

It is made from the `pyspark` package alone and listens on 127.0.0.1 only. It is for trying the models, not for a
council's data: whoever has a login on the machine can connect to it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

START_SECONDS, STOP_SECONDS = 300, 20
HOST = "127.0.0.1"
CLASSES = "org.apache.spark"
OVERHEAD_MB = 400  # that Spark adds to the memory of an executor
DAEMON_MB = 256  # of a master, and of a worker beside what its executor takes
# one garbage collector thread for each, and no second compiler: most statements here are short
JVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"


class ClusterError(Exception):
    """The cluster could not be started; the message says what to do."""


@dataclass(frozen=True)
class Size:
    """How large a cluster is: workers of one core each, and MB of memory for each of them and for the server.

    One for few rows compiles no statement, which takes longer than to run it.
    """

    workers: int = 2
    worker_mb: int = 1500
    server_mb: int = 2000
    is_for_few_rows: bool = False


@contextmanager
def cluster(folder: Path, size: Size) -> Iterator[str]:
    """Start a cluster that keeps its files in `folder`, and yield the address of its Spark Connect server.

    Everything that was started is stopped at the end, however it comes. Raises `ClusterError`.
    """
    master_port, connect_port = _free_port(), _free_port()
    master = f"spark://{HOST}:{master_port}"
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    _write_defaults(folder, master, size)
    listen = ["--host", HOST, "--webui-port", "0", "--port"]
    places = {"address": HOST, "port": connect_port}
    bound = [part for name, at in places.items() for part in ("--conf", f"spark.connect.grpc.binding.{name}={at}")]
    with ExitStack() as running, _stopped_by_sigterm(running):
        start = partial(_start, running, folder)
        start("master", DAEMON_MB, ["spark-class", f"{CLASSES}.deploy.master.Master", *listen, str(master_port)])
        _await_port(folder / "logs/master.log", master_port)
        for number in range(1, size.workers + 1):
            own = ["--cores", "1", "--memory", f"{size.worker_mb + OVERHEAD_MB}m", "--work-dir", f"{folder}/{number}"]
            worker = [f"{CLASSES}.deploy.worker.Worker", *listen, str(_free_port()), *own, master]
            start(f"worker{number}", DAEMON_MB, ["spark-class", *worker])
        server = ["--class", f"{CLASSES}.sql.connect.service.SparkConnectServer", *bound, "spark-internal"]
        start("connect", size.server_mb, ["spark-submit", *server])
        _await_port(folder / "logs/connect.log", connect_port)
        yield f"sc://{HOST}:{connect_port}"


def _start(running: ExitStack, folder: Path, name: str, memory_mb: int, command: list[str]) -> None:
    """Start a program of Spark in a process group of its own, which ends with `running`."""
    log = running.enter_context((folder / "logs" / f"{name}.log").open("w"))
    program = [str(_spark_home() / "bin" / command[0]), *command[1:]]
    own = _environment(folder, memory_mb)
    process = subprocess.Popen(program, env=own, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 (Spark's)
    running.callback(_stop, process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            pass
        return


def _await_port(log: Path, port: int) -> None:
    """Wait until a server listens. Raises `ClusterError` with the end of its log when it does not come up."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        said = log.read_text(errors="replace")
        if "Exception in thread" in said or "JAVA_HOME is not set" in said:
            break
        time.sleep(0.3)
    raise ClusterError(f"Spark did not start. The end of {log}:\n{log.read_text(errors='replace')[-2000:]}")


def _write_defaults(folder: Path, master: str, size: Size) -> None:
    """Write Spark's settings: small and quiet, with tables in `folder`/tables, known as long as the server runs."""
    settings = {
        "spark.master": master,
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.executor.memory": f"{size.worker_mb}m",
        "spark.driver.extraJavaOptions": JVM,
        "spark.executor.extraJavaOptions": JVM,
        "spark.sql.warehouse.dir": (folder / "tables").as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(size.workers),
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": str(not size.is_for_few_rows).lower(),
        "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        "spark.ui.enabled": "false",
    }
    conf = folder / "conf"
    conf.mkdir(exist_ok=True)
    (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    shutil.rmtree(folder / "tables", ignore_errors=True)


def _environment(folder: Path, memory_mb: int) -> dict[str, str]:
    return os.environ | {
        "SPARK_HOME": str(_spark_home()),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": f"{memory_mb}m",
        "SPARK_DAEMON_JAVA_OPTS": JVM,
        "PYSPARK_PYTHON": sys.executable,
    }


def _spark_home() -> Path:
    import pyspark

    return Path(pyspark.__file__).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def _stopped_by_sigterm(running: ExitStack) -> Iterator[None]:
    """Make SIGTERM stop what is running, and raise: whoever waits for an answer of Spark then gets none."""

    def end(*_: object) -> None:
        running.close()
        raise SystemExit("Stopped")

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
