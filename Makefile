# 参谋 (canmou).  make run: the workspace.  make test: every check.  Both set up what they need first.
#   LIGHT=1   leave torch, sentence-transformers and chromadb out (words-only search)
#   PORT=7860 HOST=127.0.0.1   where `make run` listens
#   PYTHON=python3   the interpreter the virtual environment is made from (3.11 or newer)

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin
MARK := .make
LIGHT ?=

comma := ,
SPEC_RUN := $(if $(LIGHT),.,.[dense])
SPEC_TEST := .[dev$(if $(LIGHT),,$(comma)dense)]
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test check format mutation clean fonts browser
.DELETE_ON_ERROR:

run: $(MARK)/run$(LIGHT) fonts
	@echo "== 建立或更新检索索引"
	@$(BIN)/canmou index
	@echo "== 打开 http://$(HOST):$(PORT) 使用工作台（Ctrl+C 停止）"
	@$(BIN)/canmou serve --host $(HOST) --port $(PORT)

test: $(MARK)/test$(LIGHT) fonts browser
	@$(MAKE) --no-print-directory check

check:
	@echo "== 格式 (ruff format)"; $(BIN)/ruff format --check .
	@echo "== 规范 (ruff check)"; $(BIN)/ruff check .
	@echo "== 类型 (mypy --strict)"; $(BIN)/mypy
	@echo "== 测试 (pytest)"; $(BIN)/python -m pytest -n 2

format:
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

mutation:
	@$(BIN)/python -m evals.mutation

clean:
	rm -rf $(VENV) $(MARK) .index .mypy_cache .ruff_cache .pytest_cache

$(BIN)/python:
	@echo "== 建立虚拟环境 $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本；可用 make PYTHON=/path/to/python3.11 指定"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(MARK)/run$(LIGHT): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== 安装运行所需的依赖（首次约需几分钟）"
	@$(PIP) install -q -c constraints.txt -e '$(SPEC_RUN)'
	@mkdir -p $(MARK) && touch $@

$(MARK)/test$(LIGHT): pyproject.toml constraints.txt | $(BIN)/python
	@echo "== 安装运行与检查所需的依赖（首次约需几分钟）"
	@$(PIP) install -q -c constraints.txt -e '$(SPEC_TEST)'
	@mkdir -p $(MARK) && touch $@ $(MARK)/run$(LIGHT)

# System packages: installed where root and apt are there, otherwise named with what is lost without them.
fonts:
	@sh scripts/system-packages.sh fonts

browser:
	@sh scripts/system-packages.sh browser
