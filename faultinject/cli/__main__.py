# SPDX-License-Identifier: BSD-2-Clause
"""Entry of ./trireme: parses the command line and hands over.

Only the standard library is imported here, because on a fresh machine the
first command has to install the rest. Every failure that a user can mend is
one line on standard error and exit status 2.
"""
from __future__ import annotations

import argparse
import importlib
import io
import signal
import sys
from typing import NoReturn

from faultinject.errors import HarnessError, UserError

EXIT_USER = 2
EXIT_HARNESS = 5
EXIT_INTERRUPTED = 130

# command -> (what it does, does it need the tools installed first)
COMMANDS = {
    "setup": ("find and install what is missing", False),
    "build": ("build images and tools", True),
    "run": ("run a program on the emulated board", True),
    "inject": ("run a fault-injection campaign", True),
    "replay": ("run one trial of a campaign again", True),
    "explain": ("say what a trial hit and what came of it", True),
    "report": ("write the report of a campaign", True),
    "bench": ("cost of basic operations, time of recovery", True),
    "test": ("run the tests", True),
    "debug": ("run a program under the debugger", True),
    "demo": ("show everything in a few minutes", True),
}


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Report and leave with the status of a user error."""
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(EXIT_USER)


def module_of(command: str) -> object:
    """The module that implements a command."""
    return importlib.import_module(f"faultinject.cli.{command}")


def top_parser() -> Parser:
    """Parser of everything before the command's own arguments."""
    lines = "\n".join(f"  {name:8} {text}"
                      for name, (text, _) in COMMANDS.items())
    parser = Parser(
        prog="trireme", usage="trireme COMMAND [ARGUMENTS]",
        description=f"commands:\n{lines}\n\n"
                    "trireme COMMAND --help tells more about each.",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND",
                        help=argparse.SUPPRESS)
    return parser


def dispatch(arguments: list[str]) -> int:
    """Run one command. @return the exit status."""
    if not arguments:
        raise UserError("no command; ./trireme --help lists them")
    command = top_parser().parse_args(arguments[:1]).command
    text, needs_tools = COMMANDS[command]
    rest = arguments[1:]
    if needs_tools and not {"-h", "--help"} & set(rest):
        from faultinject.cli import setup
        setup.ensure()
    module = module_of(command)
    parser = Parser(prog=f"trireme {command}", description=text,
                    epilog=getattr(module, "EPILOG", None),
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    extra: list[str] = []
    if command in ("run", "debug") and "--" in rest:
        split = rest.index("--")
        rest, extra = rest[:split], rest[split + 1:]
    module.add_arguments(parser)  # type: ignore[attr-defined]
    options = parser.parse_args(rest)
    options.extra = extra
    return int(module.main(options))  # type: ignore[attr-defined]


def _terminated(number: int, frame: object) -> NoReturn:
    """Leave in order when asked to, so that nothing is left behind."""
    sys.exit(128 + number)


def main() -> int:
    """Turn every expected failure into one line and a status."""
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="replace")
    try:
        return dispatch(sys.argv[1:])
    except UserError as error:
        print(f"trireme: {error}", file=sys.stderr)
        return EXIT_USER
    except HarnessError as error:
        print(f"trireme: {error}", file=sys.stderr)
        return EXIT_HARNESS
    except BrokenPipeError:
        return EXIT_HARNESS
    except PermissionError as error:
        print(f"trireme: {error.filename}: {error.strerror}", file=sys.stderr)
        return EXIT_USER
    except KeyboardInterrupt:
        print("trireme: interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
