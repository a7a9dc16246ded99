"""What each process of the kill drill finds imported: everything that a run takes, with the dbt project parsed."""

import io
import os

import great_expectations.expectations  # noqa: F401
import typst  # noqa: F401
import xlsxwriter  # noqa: F401

import data_quality.expectations  # noqa: F401
import orchestration.definitions  # noqa: F401
import reporting.pack.make  # noqa: F401
from data_quality import judging
from orchestration import dbt

dbt.prepare().result()


def judge_in_a_fork() -> None:
    """Have this process judge in a fork of itself, in place of one that imports Great Expectations again."""

    def prepare() -> tuple[io.BufferedWriter, io.BufferedReader]:
        if not pipes:
            pipes.extend(_judge())
        return pipes[0], pipes[1]

    pipes: list = []
    prepare.cache_clear = pipes.clear
    judging.prepare = prepare


def _judge() -> tuple[io.BufferedWriter, io.BufferedReader]:
    import sys

    asked, asks = os.pipe()
    answers, answered = os.pipe()
    if os.fork():
        os.close(asked)
        os.close(answered)
        return os.fdopen(asks, "wb"), os.fdopen(answers, "rb")
    os.close(asks)
    os.close(answers)
    sys.stdin = io.TextIOWrapper(os.fdopen(asked, "rb"))
    sys.stdout = io.TextIOWrapper(os.fdopen(answered, "wb"))
    try:
        judging.main()
    finally:
        os._exit(0)
