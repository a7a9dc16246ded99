"""Every command of `csc` says what it does, in one line of the list, and how it is typed."""

import pytest
from click.testing import CliRunner

from orchestration.cli import cli

COMMANDS = sorted(cli.commands)


def _help(*command: str) -> str:
    done = CliRunner().invoke(cli, [*command, "--help"], terminal_width=100, prog_name="csc")
    assert done.exit_code == 0
    return done.output


def test_the_list_of_commands_cuts_no_sentence_short():
    lines = {line.split()[0]: line for line in _help().splitlines() if line.startswith("  ") and line.split()}
    assert [name for name in COMMANDS if not lines[name].rstrip().endswith(".")] == []
    assert [name for name in COMMANDS if lines[name].rstrip().endswith("...")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example_and_describes_every_option(name):
    assert f"  Example:\n    csc {name}" in _help(name)
    options = [parameter for parameter in cli.commands[name].params if parameter.param_type_name == "option"]
    assert [option.name for option in options if not option.help] == []


def test_the_dataset_may_be_called_profile_as_before():
    [option] = [parameter for parameter in cli.commands["synthesise"].params if parameter.name == "dataset"]
    assert option.opts == ["--dataset", "--profile"]
