"""Which version of this project is running."""

from importlib.metadata import PackageNotFoundError, version


def code_version() -> str:
    """Return the installed version; 0+unpackaged where the project is run without being installed."""
    try:
        return version("canmou")
    except PackageNotFoundError:
        return "0+unpackaged"
