"""The program ``stateroom``: finds the command, runs it, shows its reply."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from stateroom import __version__
from stateroom.cli.commands import Group, common, manner_of, show_help
from stateroom.cli.failures import closed_pipes_raised, guarded
from stateroom.cli.reply import Manner, Reply, show

if TYPE_CHECKING:
    from typer._click import Context

__all__ = ("Program", "app", "run")

NAME = "stateroom"
HELP = """\
Where does this data live, and who needs it?

Facts about an application's data are declared in a catalogue, stateroom.toml; from
them, rules decide where each item lives: in Redis, in the browser, in memory, or in
none of these.

\b
Start here:
  stateroom init                    write a catalogue to begin with
  stateroom decide                  where everything lives
  stateroom decide --ask            no file yet: answer a few questions
  stateroom explain ITEM            why, why not elsewhere, what would change it
  stateroom check                   what needs attention

Exit status: 0 nothing to attend to, 1 findings or changes, 2 failed.
"""


class Program(Group):
    """The commands, loaded on use; every failure becomes a line and a status."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the options that stand before the command."""
        known = {param.name for param in self.params}
        self.params.extend(each for each in common() if each.name not in known)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> int:
        """Run the command and show its reply; return the exit status."""
        manner = manner_of(ctx.meta)
        answer = super().invoke

        def run_and_show() -> int:
            reply = answer(ctx)
            return show(reply, manner) if isinstance(reply, Reply) else 0

        return guarded(run_and_show, manner)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - typer's own signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - as above
        **extra: object,
    ) -> int:
        """Run the program; end the process with its status, or return it."""
        del prog_name
        words = list(sys.argv[1:] if args is None else args)
        whole = super().main

        def parse_and_run() -> int:
            with closed_pipes_raised():
                done = whole(
                    words,
                    prog_name=NAME,
                    complete_var=complete_var,
                    standalone_mode=False,
                    windows_expand_args=windows_expand_args,
                    **extra,
                )
            return int(done or 0)

        status = guarded(parse_and_run, Manner(no_color="--no-color" in words))
        if standalone_mode:
            sys.exit(status)
        return status


app: typer.Typer = typer.Typer(
    name=NAME, cls=Program, rich_markup_mode=None, no_args_is_help=False, help=HELP
)


def _version(value: bool) -> None:  # noqa: FBT001 - typer's call
    if value:
        sys.stdout.write(f"{NAME} {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Print the help where no command is named."""
    show_help(context)


def run() -> None:
    """Run the program with the arguments of this process, and exit."""
    typer.main.get_command(app).main()
