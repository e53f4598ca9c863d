"""`python -m flows.cli` is the `dossier` command."""

from flows.cli import main

main()
