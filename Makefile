# One file of commands; `make help` lists them. Needs only make and Python 3.11 or newer.

FILE ?=
PORT ?=
DOCKER ?=
ARCH ?= x86_64

VENV      := .venv
BIN       := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LOCAL     := PYTHONUNBUFFERED=1 $(BIN)/python -m infra.local $(if $(PORT),--port $(PORT)) $(if $(DOCKER),--docker)
# Of keys and secrets: the stack on AWS, or the one whose state is here.
WHERE     = $(if $(STACK),--stack $(STACK),--local $(if $(STATE),--state-dir $(STATE)))
CODE      := $(wildcard layers functions infra client samples tests benchmarks)

export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run up down status logs build bench-ocr bench-stack test test-task check fmt lock sample key keys secret fuzz test-browser
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -e 's/:.*## /\t/' | expand -t 17

run: $(INSTALLED) $(if $(DOCKER),build) ## the main job: a PDF into page images, under out/  [FILE=a.pdf] [PORT=4566]
	@$(LOCAL) run $(if $(FILE),--file "$(FILE)")

up: $(INSTALLED) $(if $(DOCKER),build) ## the stack alone, in the background  [PORT=4566] [DOCKER=1]
	@$(LOCAL) up

down: $(INSTALLED) ## end the stack
	@$(LOCAL) down

status: $(INSTALLED) ## is the stack up, and where
	@$(LOCAL) status

secret: $(INSTALLED) ## what a tenant's callbacks are signed with: TENANT=default  [ROTATE=yes] [STACK=name: on AWS] [STATE=folder]
	@$(BIN)/python -m infra.admin.webhook_secrets $(WHERE) $(if $(ROTATE),rotate,show) \
		$(or $(TENANT),default)

.PHONY: sam-local deploy test-localstack test-docker
sam-local: $(INSTALLED) build ## sam local, on the services at AWS_ENDPOINT_URL or MiniStack's  [PORT=3000]
	@$(BIN)/python -m infra.samlocal $(if $(PORT),--port $(PORT))

logs: $(INSTALLED) ## what the functions logged
	@$(LOCAL) logs

# The makefiles of layers/ and functions/ find uv on the path.
SAM = PATH="$(CURDIR)/$(BIN):$$PATH" ARCH=$(ARCH) $(BIN)/sam

key: $(INSTALLED) ## a key of the API, shown once: TENANT=acme  [SCOPES=jobs] [STACK=heavylift: on AWS] [STATE=folder]
	@$(BIN)/python -m infra.admin.api_keys $(WHERE) create $(TENANT) \
		$(if $(SCOPES),--scopes $(SCOPES))

keys: $(INSTALLED) ## the keys there are  [STACK=heavylift: on AWS] [REVOKE=id]
	@$(BIN)/python -m infra.admin.api_keys $(WHERE) $(if $(REVOKE),revoke $(REVOKE),list)

fuzz: $(INSTALLED) ## the long form of the API's fuzz test: some minutes
	HEAVYLIFT_FUZZ=$(or $(CASES),3000) $(BIN)/python -m pytest -q -s tests/e2e/test_fuzz.py

build: $(INSTALLED) ## images, zips and layers for Lambda; needs Docker  [ARCH=arm64]
	@$(SAM) build --parameter-overrides Architecture=$(ARCH)

deploy: $(INSTALLED) build ## to AWS: docs/how-to/deploy.md  [ENV=default, dev or prod] [ARCH=arm64]
	@$(SAM) deploy --config-env $(or $(ENV),default) $(OPTIONS)

test: $(INSTALLED) ## every test; no Docker, no account
	$(BIN)/python -m pytest -n 3 --dist loadgroup --cov --cov-report=term --ignore tests/localstack --ignore tests/docker

chaos: $(INSTALLED) ## the long form of the chaos tests: thousands of histories, and a stack under kill -9
	CHAOS_HISTORIES=$(or $(HISTORIES),4000) $(BIN)/python -m pytest -q -s tests/chaos
	CHAOS_JOBS=300 CHAOS_PDFS=10 CHAOS_LOST=0.05 CHAOS_KILLING_S=60 \
		$(BIN)/python -m pytest -q -s tests/e2e/test_chaos.py

test-browser: $(INSTALLED) ## the web page alone, in a real Chromium
	HEAVYLIFT_BROWSER=required $(BIN)/python -m pytest tests/e2e/browser

test-task: $(INSTALLED) ## docs/tutorial/writing-a-task.md, followed and deployed: a minute
	$(BIN)/python -m pytest -q tests/long/writing_a_task.py

test-docker: $(INSTALLED) build ## what was built, and the end-to-end suite on the images and under sam local
	$(BIN)/python -m pytest tests/docker
	$(BIN)/python -m tests.support.run_e2e_on docker
	$(BIN)/python -m tests.support.run_e2e_on sam-local

test-localstack: $(INSTALLED) ## the contracts and the flow on the LocalStack at AWS_ENDPOINT_URL
	HEAVYLIFT_BACKENDS=localstack $(BIN)/python -m pytest tests/contract tests/localstack

check: $(INSTALLED) ## the gate: format, lint, types, templates, architecture
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint
	$(BIN)/cfn-lint infra/*.yaml
	$(BIN)/python -m pytest -q tests/architecture

fmt: $(INSTALLED) ## fix what can be fixed by itself
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

.PHONY: docs
docs: .venv-docs/.installed ## the documents as a site, in site/
	@NO_MKDOCS_2_WARNING=1 PATH="$(CURDIR)/.venv-docs/bin:$$PATH" mkdocs build --quiet --strict
	@echo '==> site/index.html'

.venv-docs/.installed: $(INSTALLED) requirements/docs.txt
	@$(BIN)/uv venv -q --clear --python $(BIN)/python .venv-docs
	@$(BIN)/uv pip install -q --python .venv-docs/bin/python --require-hashes -r requirements/docs.txt
	@touch $@

sample: $(INSTALLED) ## draw samples/sample.pdf again
	$(BIN)/python samples/make_sample.py

# ---- dependencies ----------------------------------------------------------------------------------

COMPILE = $(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
	--no-emit-index-url

bench-ocr: $(INSTALLED) ## reading against the truth, and Tesseract where it is installed  [FILES="a.pdf b.pdf"]
	$(BIN)/python benchmarks/ocr.py $(FILES)

bench-stack: $(INSTALLED) ## 8 PDFs at once, against a server of threads and pdf2image  [FILE=a.pdf]
	$(BIN)/python benchmarks/stack.py $(FILE)

lock: $(INSTALLED) ## compile pyproject.toml to pinned requirements  [UPGRADE=-U]
	$(COMPILE) --python-version 3.11 --group dev $(UPGRADE) -o requirements/dev.txt
	$(COMPILE) --python-version 3.11 --group bootstrap $(UPGRADE) -o requirements/bootstrap.txt
	$(COMPILE) --python-version 3.11 --group docs -c requirements/dev.txt $(UPGRADE) -o requirements/docs.txt
	$(COMPILE) --python-version 3.13 --group pages -c requirements/dev.txt -o requirements/pages.txt
	$(COMPILE) --python-version 3.13 --group ocr -c requirements/dev.txt -o requirements/ocr.txt
	$(COMPILE) --python-version 3.13 --group learn -c requirements/dev.txt -o requirements/learn.txt
	$(COMPILE) --python-version 3.13 --group core -c requirements/dev.txt -o layers/core/requirements.txt
	$(COMPILE) --python-version 3.13 --group web -c requirements/dev.txt -o layers/web/requirements.txt

# ---- the lint of the web page: needs Node.js, which nothing else here does --------------------------

PAGE     := functions/api/web
PAGE_BIN := node_modules/.bin
NEW_NODE := const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)
HAS_NODE := node -e '$(NEW_NODE)' 2>/dev/null && command -v npm >/dev/null

.PHONY: check-page fmt-page lint-page format-page
check: check-page
fmt: fmt-page

check-page: ## the web page alone: format, lint, types; skipped without Node.js
	@if $(HAS_NODE); then $(MAKE) --no-print-directory lint-page; else \
		echo 'The lint of the web page is skipped. To add it, install Node.js 20.19 or newer, with npm.'; fi

fmt-page:
	@if $(HAS_NODE); then $(MAKE) --no-print-directory format-page; fi

lint-page: $(PAGE_BIN)
	$(PAGE_BIN)/prettier --check $(PAGE) *.js *.json
	$(PAGE_BIN)/eslint --max-warnings 0 $(PAGE)
	$(PAGE_BIN)/tsc

format-page: $(PAGE_BIN)
	$(PAGE_BIN)/prettier --write --log-level warn $(PAGE) *.js *.json
	$(PAGE_BIN)/eslint --fix $(PAGE)

$(PAGE_BIN): package.json package-lock.json
	@echo '==> the tools of that lint: pinned, from package-lock.json'
	@npm ci --loglevel=error
	@touch $@

# ---- the environment -------------------------------------------------------------------------------

# The first Python that is new enough and can make environments (Debian packs that part separately).
USABLE = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

$(INSTALLED): requirements/bootstrap.txt requirements/dev.txt
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
		if $$python -c '$(USABLE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo 'Heavylift needs Python 3.11 or newer with venv: apt-get install python3-venv, or' \
			'brew install python, or make PYTHON=/path/to/python3'; exit 1; \
	fi; \
	if [ -e .heavylift/emulator.json ]; then $(LOCAL) down || true; fi; \
	echo "==> environment: $(VENV) ($$($$found --version))"; \
	$$found -m venv --clear $(VENV)
	@echo '==> dependencies: pinned, from requirements/dev.txt'
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/bootstrap.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/python infra/local/editable_install.py
	@touch $@
