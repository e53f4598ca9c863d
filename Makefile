# make demo : la démonstration, de la facture au dossier vérifié. make test : tout ce que la CI vérifie.
# make banc : lettres par seconde, puis reliure d'un dossier.
.PHONY: demo service test banc verrou propre

demo: ; @scripts/preparer.sh requirements.lock && .venv/bin/dossier demo $(ARGS)

service: ; @scripts/preparer.sh requirements.lock && .venv/bin/dossier service

test:
	@scripts/preparer.sh requirements-dev.lock
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -q $(ARGS)

banc: ; @scripts/preparer.sh requirements.lock && .venv/bin/python benchmarks/lettres.py $(ARGS) && .venv/bin/python benchmarks/reliure.py $(ARGS)

# Locks without addresses; needs uv.
verrou:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --custom-compile-command "make verrou" -q -o requirements-dev.lock
	uv pip compile pyproject.toml --extra build --universal --generate-hashes --no-emit-index-url --custom-compile-command "make verrou" -q -c requirements-dev.lock -o requirements.lock

propre: ; rm -rf .venv donnees apercu .mypy_cache .ruff_cache .pytest_cache .hypothesis
