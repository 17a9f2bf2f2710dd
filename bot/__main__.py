"""The command line: `trackomat run`, `demo`, `report`, `migrate`, `doctor`, `jobs`, `backup` and others."""

import click

from bot.command_line.by_hand import stop
from bot.command_line.jobs import jobs
from bot.command_line.keeping import backup, migrate, restore
from bot.command_line.reading import books, report
from bot.command_line.running import doctor, ready, run


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Try it without any account: trackomat demo",
)
@click.version_option(package_name="trackomat")
def main() -> None:
    """Time tracking inside Slack that ends as an invoice draft in Billomat."""
    from bot.operations import neighbours

    if trouble := neighbours.in_our_place():
        stop(trouble)


@main.command(epilog="Example: trackomat demo --no-browser")
@click.option("--browser/--no-browser", default=True, help="Open the page.")
@click.option("--port", default=8420, show_default=True, help="Where the page is, if that port is free.")
def demo(browser: bool, port: int) -> None:
    """Try the bot in a Slack workspace and a Billomat account of its own, in your browser."""
    try:
        from playground import demo as playground
    except ImportError as missing:
        stop(f"The demo needs the extra `playground` ({missing.name} is missing): pip install 'trackomat[playground]'")
    playground.main(open_browser=browser, port=port)


@main.command(epilog="Example: trackomat manifest --url https://trackomat.example.com")
@click.option("--url", required=True, help="The address under which Slack reaches this bot.")
def manifest(url: str) -> None:
    """Print the Slack app's manifest for HTTP. For Socket Mode take manifest.yml as it is."""
    from bot.core.settings import is_address
    from bot.slack.manifest import EVENTS, for_http

    if not (url.startswith("https://") and is_address(url)):
        raise click.BadParameter(
            "Slack reaches a bot only at an address that begins with https://, such as https://trackomat.example.com",
            param_hint="--url",
        )
    click.echo(for_http(url.rstrip("/").removesuffix(EVENTS)), nl=False)


for command in (run, ready, doctor, report, books, migrate, backup, restore, jobs):
    main.add_command(command)

if __name__ == "__main__":
    main()
