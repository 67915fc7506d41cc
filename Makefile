# One file of commands; `make help` lists them. Needs only make and Python 3.11 or newer.

FILE ?=
PORT ?=
DOCKER ?=
ARCH ?= x86_64

VENV  := .venv
BIN   := $(VENV)/bin
RUN   := $(VENV)/.installed-run
DEV   := $(VENV)/.installed-dev
CODE  := $(wildcard layers functions infra client samples scripts tests benchmarks)

export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

STATE_DIR = $(if $(STATE),--state-dir $(STATE))
SETTINGS  = $(if $(filter yes,$(KEY)),--set RequireApiKey=true) $(addprefix --set ,$(SET))
LOCAL     = PYTHONUNBUFFERED=1 $(BIN)/python -m infra.local $(if $(PORT),--port $(PORT)) \
	$(if $(DOCKER),--docker) $(STATE_DIR) $(SETTINGS)
# Of keys and secrets: the stack on AWS, or the one whose state is here.
WHERE     = $(if $(STACK),--stack $(STACK),--local $(STATE_DIR))
# The makefiles of layers/ and functions/ find uv on the path.
SAM       = PATH="$(CURDIR)/$(BIN):$$PATH" ARCH=$(ARCH) $(BIN)/sam
SCAFFOLD  = PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m scripts.scaffold
SCHEMA    = $(BIN)/check-jsonschema --builtin-schema
# Where nothing is installed, nothing runs: then $(2) is all there is to do, and nothing is installed for it.
DOWN      = The stack is down: make up starts it
if_installed = @if [ -e $(RUN) ]; then $(1); else $(2); fi

TESTS     = $(BIN)/python -m pytest -n 4 --dist loadgroup --ignore tests/localstack --ignore tests/docker

.DEFAULT_GOAL := help
.PHONY: help run up down status url logs sam-local check check-page test coverage test-browser test-upright test-scripts test-zip test-task test-clients test-localstack test-docker \
	fuzz chaos test-ocr build deploy key keys secret task worker packages fmt docs lock prune sample bench-ocr bench-layouts bench-languages bench-search bench-batches bench-stack costs hooks clean usable-python \
	lint-page format-page page-tools

help: ## this list
	@awk '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { split($$0, of, ":.*## "); printf "  %-16s %s\n", of[1], of[2] }' Makefile

##@ Run  [PORT=4566] [STATE=folder: a second stack] [PYTHON=python3: what .venv is made of]

run: $(RUN) $(if $(DOCKER),build) ## the main job: a PDF into page images, under out/  [FILE=a.pdf]
	@$(LOCAL) run $(if $(FILE),--file "$(FILE)")

up: $(RUN) $(if $(DOCKER),build) ## the stack alone, in the background  [KEY=yes: it asks for a key] [SET=Parameter=value] [DOCKER=1]
	@$(LOCAL) up

down: ## end the stack
	$(call if_installed,$(LOCAL) down,echo '$(DOWN)')

status: ## is the stack up, and where
	$(call if_installed,$(LOCAL) status,echo '$(DOWN)')

url: ## the address of its API, for a script: API=$(make -s url)
	$(call if_installed,$(LOCAL) url,echo '$(DOWN)' >&2; exit 1)

logs: ## what the functions logged  [WORKER=pages] [JOB=id] [FOLLOW=yes]
	$(call if_installed,$(LOCAL) $(if $(WORKER),--worker $(WORKER)) $(if $(JOB),--job $(JOB)) \
		$(if $(filter yes,$(FOLLOW)),--follow) logs,echo '$(DOWN)')

sam-local: $(RUN) build ## sam local, on the services at AWS_ENDPOINT_URL or MiniStack's  [PORT=3000]
	@$(BIN)/python -m infra.samlocal $(if $(PORT),--port $(PORT)) $(SETTINGS)

##@ Test

check: $(DEV) check-page ## the gate: format, lint, types, templates, workflows, architecture
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	AWS_DEFAULT_REGION=us-east-1 $(BIN)/sam validate --lint
	$(BIN)/cfn-lint --regions us-east-1 us-gov-west-1 cn-north-1 -- template.yaml infra/*.yaml
	$(SCHEMA) vendor.github-workflows .github/workflows/*.yml
	$(SCHEMA) vendor.dependabot .github/dependabot.yml
	$(SCHEMA) vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/zizmor --offline --quiet --strict-collection .github .pre-commit-config.yaml
	$(BIN)/pre-commit validate-config
	$(BIN)/python -m pytest -q tests/architecture

check-page: ## the web page alone: format, lint, types; skipped where Node.js is not
	@if $(HAS_NODE); then $(MAKE) --no-print-directory lint-page; else \
		echo 'The lint of the web page is skipped. To add it, install Node.js 20.19 or newer, with npm.'; fi

test: $(DEV) page-tools ## every test; no Docker, no account
	$(TESTS)

coverage: $(DEV) page-tools ## every test, and which lines none of them runs
	$(TESTS) --cov --cov-report=term

test-browser: $(DEV) ## the web page alone, in a real Chromium
	HEAVYLIFT_BROWSER=required $(BIN)/python -m pytest tests/e2e/browser

test-upright: $(DEV) ## 480 short pages in five scripts and four positions: some minutes
	$(BIN)/python -m pytest -q -n 2 tests/long/ocr_upright.py

test-scripts: $(DEV) ## whole paragraphs in the languages that Tesseract's packs read: a minute
	$(BIN)/python -m pytest -q -n 2 tests/long/ocr_scripts.py

test-zip: $(DEV) ## zips of 2 GB and 5 GB, in the memory of their worker; a minute, and 5 GB of disk
	$(BIN)/python -m pytest -q -s tests/long/large_zip.py

test-task: $(DEV) ## docs/tutorial/writing-a-task.md, followed and deployed: a minute
	$(BIN)/python -m pytest -q tests/long/writing_a_task.py

test-clients: $(DEV) ## 50 clients at once on a stack of its own: processes and memory; a minute  [CLIENTS_JOBS=500]
	$(if $(CLIENTS_JOBS),CLIENTS_JOBS=$(CLIENTS_JOBS)) $(BIN)/python -m pytest -q -s tests/long/fifty_clients.py

test-localstack: $(DEV) ## the contracts and the flow on the LocalStack at AWS_ENDPOINT_URL
	HEAVYLIFT_BACKENDS=localstack $(BIN)/python -m pytest tests/contract tests/localstack

test-docker: $(DEV) build ## what was built, and the end-to-end suite on the images and under sam local
	$(BIN)/python -m pytest tests/docker
	$(BIN)/python -m tests.support.run_e2e_on docker
	$(BIN)/python -m tests.support.run_e2e_on sam-local

fuzz: $(DEV) ## the long form of the API's fuzz test: some minutes  [CASES=3000]
	HEAVYLIFT_FUZZ=$(or $(CASES),3000) $(BIN)/python -m pytest -q -s tests/e2e/test_fuzz.py

test-ocr: $(DEV) ## the long form of the OCR tests: ten tables, the join of a long document  [FOLDER=a small tmpfs]
	$(BIN)/python -m pytest -q tests/long/ten_tables.py
	PYTHONPATH=layers/core:functions:. $(BIN)/python -m tests.long.ocr_join "$(or $(FOLDER),$$(mktemp -d))"

chaos: $(DEV) ## the long form of the chaos tests: thousands of histories, and a stack under kill -9  [HISTORIES=4000]
	CHAOS_HISTORIES=$(or $(HISTORIES),4000) $(BIN)/python -m pytest -q -s tests/chaos
	CHAOS_JOBS=300 CHAOS_PDFS=10 CHAOS_LOST=0.05 CHAOS_KILLING_S=60 \
		$(BIN)/python -m pytest -q -s tests/e2e/test_chaos.py
	$(BIN)/python -m pytest -q -s tests/long/killed_batches.py

##@ Ship  [ARCH=arm64]

build: $(RUN) ## images, zips and layers for Lambda; needs Docker
	@$(SAM) build --parameter-overrides Architecture=$(ARCH)
	@$(BIN)/python -m scripts.compile_build

deploy: $(RUN) build ## to AWS: docs/how-to/deploy.md  [ENV=default, dev or prod] [PARAMS="Name=value …"]
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m scripts.deploy --env $(or $(ENV),default) --arch $(ARCH) \
		$(addprefix --param ,$(PARAMS)) -- $(OPTIONS)

##@ Operate  [STACK=name: a stack on AWS] [STATE=folder]

key: $(RUN) ## a key of the API, shown once: TENANT=acme  [SCOPES=jobs]
	@$(BIN)/python -m infra.admin.api_keys $(WHERE) create $(TENANT) $(if $(SCOPES),--scopes $(SCOPES))

keys: $(RUN) ## the keys there are  [REVOKE=id]
	@$(BIN)/python -m infra.admin.api_keys $(WHERE) $(if $(REVOKE),revoke $(REVOKE),list)

secret: $(RUN) ## what a tenant's callbacks are signed with: TENANT=default  [ROTATE=yes]
	@$(BIN)/python -m infra.admin.webhook_secrets $(WHERE) $(if $(ROTATE),rotate,show) $(or $(TENANT),default)

prune: $(RUN) ## remove what earlier deploys left: versions without an alias, images that no function runs  [DRY=yes]
	@$(BIN)/python -m infra.admin.prune $(if $(STACK),--stack $(STACK)) $(if $(filter yes,$(DRY)),--dry-run)

##@ Write

task: $(RUN) ## a new task, in one file, and its test: NAME=count-words  [WORKER=message]
	@$(SCAFFOLD) task "$(NAME)" --worker "$(or $(WORKER),message)"

worker: $(RUN) ## a new worker, in one folder, with a task: NAME=thumbs  [IMAGE=yes] [PACKAGES="pillow"]
	@$(SCAFFOLD) worker "$(NAME)" $(if $(filter yes,$(IMAGE)),--image) --packages "$(PACKAGES)"

packages: $(RUN) ## add Python packages to a worker: WORKER=thumbs ADD="pillow"
	@$(SCAFFOLD) packages "$(WORKER)" "$(ADD)"

##@ Maintain

fmt: $(DEV) ## fix what can be fixed by itself
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)
	@if $(HAS_NODE); then $(MAKE) --no-print-directory format-page; fi

docs: .venv-docs/.installed ## the documents as a site, in site/
	@NO_MKDOCS_2_WARNING=1 PATH="$(CURDIR)/.venv-docs/bin:$$PATH" mkdocs build --quiet --strict
	@echo '==> site/index.html'

lock: $(RUN) ## compile the groups of pyproject.toml to pinned requirements  [UPGRADE=-U]
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/lock.py $(UPGRADE)

sample: $(RUN) ## draw samples/sample.pdf again
	$(BIN)/python samples/make_sample.py

bench-ocr: $(DEV) ## reading against the truth, and Tesseract where it is installed; bench-layouts  [FILES="a.pdf b.pdf"]
	$(BIN)/python benchmarks/ocr.py $(FILES)
	$(BIN)/python benchmarks/ocr_layouts.py $(or $(HALF),1)

bench-layouts: $(DEV) ## reading 44 pages of eleven layouts, as scanners and cameras damage them  [HALF=1]
	$(BIN)/python benchmarks/ocr_layouts.py $(or $(HALF),1)

bench-languages: $(DEV) ## reading pages in fourteen languages, four fonts each: needs fonts and Tesseract's packs
	$(BIN)/python benchmarks/ocr_languages.py

bench-stack: $(DEV) ## 8 PDFs at once, against a server of threads and pdf2image  [FILE=a.pdf]
	$(BIN)/python benchmarks/stack.py $(FILE)

bench-search: $(DEV) ## each list, filter and count of jobs: time and read units, on a DynamoDB Local  [ENDPOINT=http://127.0.0.1:8000] [JOBS=100000]
	$(BIN)/python benchmarks/search.py $(if $(ENDPOINT),--endpoint $(ENDPOINT)) $(if $(JOBS),--jobs $(JOBS))

bench-batches: $(DEV) ## a batch of 100,000 jobs beside as many single ones, on a DynamoDB Local: half an hour  [ENDPOINT=http://127.0.0.1:8000] [JOBS=100000]
	$(BIN)/python benchmarks/batches.py $(if $(ENDPOINT),--endpoint $(ENDPOINT)) $(if $(JOBS),--jobs $(JOBS))

costs: $(DEV) ## count what jobs cost, and write the tables of docs/reference/costs.md
	HEAVYLIFT_COSTS=write $(BIN)/python -m pytest -q tests/unit/budgets/test_costs_page.py

hooks: $(DEV) ## let git run the checks of .pre-commit-config.yaml at each commit
	$(BIN)/pre-commit install

clean: ## end the stack; remove .venv, .heavylift, caches and builds
	@scripts/clean

# ---- the environment: what running needs, and on it what tests and checks need ---------------------

$(RUN): requirements/bootstrap.txt requirements/run.txt client/pyproject.toml | $(if $(PYTHON),usable-python)
	@scripts/bootstrap run

$(DEV): $(RUN) requirements/dev.txt
	@scripts/bootstrap dev

.venv-docs/.installed: $(RUN) requirements/docs.txt
	@$(BIN)/uv venv -q --clear --python $(BIN)/python .venv-docs
	@$(BIN)/uv pip install -q --python .venv-docs/bin/python --require-hashes -r requirements/docs.txt
	@touch $@

usable-python:
	@scripts/bootstrap check

# ---- the tools that check the web page: they need Node.js, which nothing else does -----------------

PAGE     := functions/api/web
PAGE_BIN := node_modules/.bin
NEW_NODE := const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)
HAS_NODE := node -e '$(NEW_NODE)' 2>/dev/null && command -v npm >/dev/null

lint-page: $(PAGE_BIN)
	$(PAGE_BIN)/prettier --check $(PAGE) *.js *.json
	$(PAGE_BIN)/eslint --max-warnings 0 $(PAGE)
	$(PAGE_BIN)/tsc

page-tools: # for the test that generates a client in TypeScript
	@if $(HAS_NODE); then $(MAKE) --no-print-directory $(PAGE_BIN); fi

format-page: $(PAGE_BIN)
	$(PAGE_BIN)/prettier --write --log-level warn $(PAGE) *.js *.json
	$(PAGE_BIN)/eslint --fix $(PAGE)

$(PAGE_BIN): package.json package-lock.json
	@npm ci --loglevel=error
	@touch $@
