# Everything is set up by scripts/setup.py; PYTHON is any Python from 3.11 on.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN = .venv/bin/python

.PHONY: setup demo test check dev bench chaos attack screens web lock wheel

setup:
	@$(PYTHON) scripts/setup.py

demo:
	@$(PYTHON) scripts/setup.py --for demo
	@exec $(RUN) -m xingji demo

test:
	@$(PYTHON) scripts/run_tests.py

check:
	@$(PYTHON) scripts/run_tests.py --parts lint,unit,architecture,web

dev:
	@$(PYTHON) scripts/setup.py --for demo
	@if [ -d web/node_modules ]; then \
		(cd web && PATH="$(CURDIR)/.venv/bin:$$PATH" exec npm run dev) & vite=$$!; trap "kill $$vite" EXIT; \
	fi; $(RUN) -m xingji demo --reload

bench:
	@$(PYTHON) scripts/setup.py --for demo
	@exec $(RUN) -m xingji bench

chaos attack:
	@$(PYTHON) scripts/setup.py
	@exec $(RUN) scripts/proof.py $@

screens:
	@$(PYTHON) scripts/setup.py
	@exec $(RUN) scripts/screens.py

web:
	@$(PYTHON) scripts/setup.py --only web

lock:
	@$(PYTHON) scripts/compile_locks.py

wheel:
	@$(PYTHON) scripts/setup.py --for demo
	@$(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir dist .
