"""`python -m studio` is `nongbo`."""

from studio.cli import run

if __name__ == "__main__":
    run()
