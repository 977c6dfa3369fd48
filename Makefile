# The commands that people and CI run.

.PHONY: test test-clients test-python test-wheel test-engines test-instructions wheel screenshots check bless bless-instructions \
    measure gold-chaff bench bench-engines model model-report

# Where the pages with known clean text lie that rules are measured on. They are no part of the project.
EVAL = ../shared/eval

# The command as `cargo build` makes it, wherever that is set to put it.
UNCHAFF = $$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/unchaff

# What a wheel may take.
WHEEL_BYTES_MAX = 8000000

# All tests: formatting, lints, documentation, unit tests, rules, pages, command cases, properties, house rules, other programs.
test: check
	cargo test --quiet --features parquet
	@$(MAKE) --silent test-clients
	@$(MAKE) --silent test-python

# Other programs (jq, gzip, zstd, warcio, GNU parallel, …) write what unchaff reads, and read what it writes. Installs what is missing,
# where it may; says which tests it skips for want of a program. `make test-clients SCRIPTS=tables.py` runs one.
test-clients:
	cargo build --quiet -p unchaff -p unchaff-python --features $(WITH_PARQUET)
	@tests/clients/tools.sh
	@$(MAKE) --silent target/clients-venv/installed
	target/clients-venv/bin/python tests/clients/run.py $${CARGO_TARGET_DIR:-target}/debug/unchaff $(SCRIPTS)

target/clients-venv/installed: tests/clients/requirements.txt
	python3 -m venv target/clients-venv
	target/clients-venv/bin/pip install --quiet --disable-pip-version-check -r tests/clients/requirements.txt
	touch $@

# The Python library: its tests, types and lints, and the command cases by `python -m unchaff`. Installs what it needs below target/. The
# package is used where it stands, with the library that cargo makes: a wheel is tested by `make test-wheel`.
test-python: target/python/ready
	cargo build --quiet -p unchaff -p unchaff-python --features $(WITH_PARQUET)
	cp $$(dirname $(UNCHAFF))/lib_native.so python/unchaff/_native.abi3.so
	cd python && ../target/python/bin/ruff check --quiet . && ../target/python/bin/ruff format --quiet --check .
	cd python && ../target/python/bin/mypy && ../target/python/bin/basedpyright --level error
	cd python && UNCHAFF=$(UNCHAFF) ../target/python/bin/pytest
	UNCHAFF_BIN=$(CURDIR)/target/python/bin/python-m-unchaff cargo test --quiet --features parquet --test cmd

# The command and the Python library are built together, so that what they share is built once.
WITH_PARQUET = unchaff/parquet,unchaff-python/parquet

target/python/ready: python/tests/requirements.txt
	python3 -m venv target/python
	target/python/bin/pip install --quiet --disable-pip-version-check -r python/tests/requirements.txt
	echo "$(CURDIR)/python" > "$$(target/python/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/unchaff.pth"
	printf '#!/bin/sh\nexec "%s/target/python/bin/python" -m unchaff "$$@"\n' "$(CURDIR)" > target/python/bin/python-m-unchaff
	chmod +x target/python/bin/python-m-unchaff
	touch $@

# The Python wheel, in dist/. Installs maturin below target/.
wheel: target/maturin/bin/maturin
	rm -f dist/unchaff-*.whl
	CHRONO_TZ_TIMEZONE_FILTER=UTC target/maturin/bin/maturin build --profile wheel --features packed --compression-level 9 --out dist --manifest-path python/Cargo.toml
	@test $$(cat dist/unchaff-*.whl | wc -c) -lt $(WHEEL_BYTES_MAX) || { echo "the wheel has over $(WHEEL_BYTES_MAX) bytes" >&2; exit 1; }

target/maturin/bin/maturin: python/pyproject.toml
	python3 -m venv target/maturin
	target/maturin/bin/pip install --quiet --disable-pip-version-check $$(grep '^maturin' python/tests/requirements.txt)
	touch $@

# The wheel in a virtual environment of its own, and all tests of the library with it.
test-wheel: wheel
	rm -rf target/wheel-venv
	python3 -m venv target/wheel-venv
	target/wheel-venv/bin/pip install --quiet --disable-pip-version-check dist/unchaff-*.whl -r python/tests/requirements.txt
	cargo build --quiet --features parquet
	cd python/tests && UNCHAFF=$(UNCHAFF) ../../target/wheel-venv/bin/pytest --rootdir . -c /dev/null -q .

# Tests in programs that users have: the report in Chromium, the Python package in Spark, Ray and datatrove, and its types beside theirs.
# Installs what it needs below target/; a browser and Java by apt where it may, else the browser of Playwright.
# `make test-engines ENGINES=on_ray.py` runs one.
ENGINES = report.py on_spark.py on_ray.py on_datatrove.py
test-engines: target/engines/ready wheel
	cargo build --quiet --features parquet
	target/engines/bin/pip install --quiet --disable-pip-version-check --no-deps --force-reinstall dist/unchaff-*.whl
	@for script in $(ENGINES); do \
	    echo "$$script"; target/engines/bin/python -W ignore tests/engines/$$script $(UNCHAFF) || exit 1; \
	done
	cd python && ../target/engines/bin/mypy
	cd python && ../target/engines/bin/pyright --pythonpath ../target/engines/bin/python unchaff/spark.py unchaff/ray.py

# Takes the pictures of the report in docs/images anew.
screenshots: target/engines/ready
	cargo build --quiet --features parquet
	target/engines/bin/python tests/engines/report.py $(UNCHAFF) docs/images

# Instructions of the core on fixed pages, which do not depend on how busy the machine is: none may take 3 % more than is written down in
# benches/instructions.tsv. Says that it skips where valgrind is missing or the compiler is another.
test-instructions:
	@command -v valgrind >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends valgrind >/dev/null; } || true
	@python3 benches/instructions.py

# Writes benches/instructions.tsv anew; say in the commit what became slower, and why.
bless-instructions:
	@python3 benches/instructions.py --bless

target/engines/ready: tests/engines/requirements.txt tests/engines/install
	tests/engines/install target/engines
	touch $@

# What needs no test run.
check:
	cargo fmt --check --all
	cargo clippy --quiet --workspace --all-targets --features $(WITH_PARQUET),unchaff/bench -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --quiet --no-deps --document-private-items --workspace --features $(WITH_PARQUET),unchaff/bench

# Writes the expected edits of pages, the expected output of command cases and docs/rules.md anew; read the diff before you commit it.
bless:
	UNCHAFF_BLESS=1 TRYCMD=overwrite cargo test --quiet --test pages --test cmd
	UNCHAFF_BLESS=1 cargo test --quiet --test rules reference

# Writes patterns/measured.tsv anew, what each rule did on the evaluation pages, and docs/rules.md with it. Needs zstd; says that it skips
# where the pages are not there. `make measure SHOW=share.row` prints what that rule took wrongly.
measure:
	UNCHAFF_MEASURE=$(EVAL) UNCHAFF_SHOW=$(SHOW) cargo test --quiet --test rules measure -- --nocapture
	UNCHAFF_BLESS=1 cargo test --quiet --test rules reference

# Prints the lines of the evaluation pages' clean text that are chaff themselves (tests/rules/gold-chaff.tsv), and nothing else.
gold-chaff:
	@file=$$(mktemp) && UNCHAFF_MEASURE=$(EVAL) UNCHAFF_GOLD_CHAFF=$$file cargo test --quiet --test rules gold_chaff -- --nocapture >&2 && cat $$file; \
	    status=$$?; rm -f $$file; exit $$status

# Trains patterns/body/default.model and html.model anew on the evaluation pages (training/README.md). Takes about forty minutes.
model: training/venv
	cargo build --release --quiet
	training/venv/bin/python training/train.py $(EVAL)
	training/venv/bin/python training/train.py $(EVAL) --html

# Prints what models score on the pages of sites that they have not seen.
model-report: training/venv
	cargo build --release --quiet
	@$(MAKE) --silent gold-chaff > training/work/gold-chaff.txt
	training/venv/bin/python training/report.py $(EVAL) training/work/gold-chaff.txt > training/report.txt

training/venv: training/requirements.txt
	python3 -m venv training/venv
	training/venv/bin/pip install --quiet -r training/requirements.txt

# Speed and growth on generated pages, and on the evaluation pages where they are, beside other programs, which are installed below target/:
# writes the tables of docs/benchmarks.md and the plots in docs/images. Takes about eight minutes on a quiet machine; `make bench BENCH=start`
# runs one part (benches/run.py names them).
bench: target/bench-venv/ready
	UNCHAFF_EVAL=$(EVAL) python3 benches/run.py $(BENCH)

target/bench-venv/ready: benches/requirements.txt
	@command -v /usr/bin/time >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends time zstd >/dev/null; } || true
	python3 -m venv target/bench-venv
	target/bench-venv/bin/pip install --quiet --disable-pip-version-check -r benches/requirements.txt
	touch $@

# What a page costs in Spark and Ray, and in the command: `make bench-engines PAGES="pages.parquet pages.warc.gz"`, with the columns url, html.
bench-engines: target/engines/ready wheel
	cargo build --release --quiet --features parquet
	target/engines/bin/pip install --quiet --disable-pip-version-check --no-deps --force-reinstall dist/unchaff-*.whl
	target/engines/bin/python -W ignore benches/engines.py $(subst debug,release,$(UNCHAFF)) $(PAGES)
