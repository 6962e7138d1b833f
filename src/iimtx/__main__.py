"""`python -m iimtx`."""

from .cli import main

main()
