# The two commands that matter: `make report` and `make test`. Each installs what is missing.

.PHONY: help setup report serve verify seeds test browser browser-tools pictures cluster levels endure sanitize bench docs format lint clean

help:
	@echo 'make report   train the models, draw the figures, write output/index.html'
	@echo '              ARGS="--profile quick" passes options to `superposition run`'
	@echo 'make serve    build, then serve the report and keep it as its sources are; see `superposition serve --help`'
	@echo 'make verify   retrain everything and compare with the references; in minutes with ARGS="--profile quick"'
	@echo 'make seeds    make the references anew, with how each claim fares with ten seeds: hours, and resumable'
	@echo 'make test     run all tests'
	@echo 'make browser  test the pages of a report in Chromium; REPORT=folder names another report than the quick one,'
	@echo '              SCREENSHOTS=folder keeps pictures of all pages'
	@echo 'make pictures make the pictures of the report in docs/ anew; REPORT=folder names another report than output'
	@echo 'make cluster  share the quick profile out among the two nodes of a Slurm on this machine; needs root'
	@echo 'make levels   check that a processor with only AVX2 gives the same bits'
	@echo 'make endure   repeat what tests do at random five times as often; takes a while'
	@echo 'make sanitize check the engines for errors in memory and between threads; takes a while'
	@echo 'make bench    time training, beside PyTorch if it is installed; ARGS=--help shows the options'
	@echo 'make docs     make the documentation of the modules, in .build/docs'
	@echo 'make setup    install missing system packages (the other targets do it themselves)'
	@echo 'make format   format the sources; `make lint` checks them'
	@echo 'make clean    delete what was built; the report stays'

setup:
	@./setup.sh

report: setup
	@swift build -c release --product superposition
	@.build/release/superposition run $(ARGS)

serve: setup
	@swift build -c release --product superposition
	@.build/release/superposition serve $(ARGS)

verify: setup
	@swift build -c release --product superposition
	@.build/release/superposition verify $(ARGS)

# Both profiles. What is trained stays in the run store, so that an interrupted run goes on where it was.
seeds: setup
	@swift build -c release --product superposition
	@.build/release/superposition verify --update --seeds 10 --profile quick $(ARGS)
	@.build/release/superposition verify --update --seeds 10 $(ARGS)

# In release mode, as the tests train; in a folder of its own, so that testing does not rebuild what the report uses. The
# server is tested by itself: beside tests that train it would wait for a thread for longer than a request may take.
test: setup
	@swift test -c release -Xswiftc -enable-testing --scratch-path .build/testing $(if $(ARGS),$(ARGS),--skip ServingTests)
	@[ -n "$(ARGS)" ] || swift test -c release -Xswiftc -enable-testing --scratch-path .build/testing --skip-build \
		--filter ServingTests

browser-tools: setup
	@./setup.sh --browser
	@test -x .build/browser/bin/pytest || python3 -m venv .build/browser
	@.build/browser/bin/pip install --quiet --requirement Tests/Browser/requirements.txt

# The report in a real browser. With SCREENSHOTS=folder, pictures of all pages are left there, which takes longer.
browser: browser-tools
	@if [ -z "$(REPORT)" ]; then \
		swift build -c release --product superposition && \
		.build/release/superposition run --quiet --profile quick --output .build/quick-report; \
	fi
	@REPORT=$(or $(REPORT),.build/quick-report) SCREENSHOTS=$(SCREENSHOTS) \
		.build/browser/bin/pytest -q --numprocesses=2 Tests/Browser $(ARGS)

# What the README shows. The report should be one of the paper's profile, as `make report` makes it.
pictures: browser-tools
	@.build/browser/bin/python docs/pictures.py $(or $(REPORT),output) docs

# What one machine has trained already is taken from the run store, unless another is named.
cluster: setup
	@./setup.sh --slurm
	@swift build -c release --product superposition
	@Tests/Slurm/test.sh $(or $(STORE),.store)

# The same bits at every processor level: the whole book in the quick profile, by a program for the lowest level, has the bits
# of the references.
levels: setup
	@SUPERPOSITION_CPU=x86-64-v3 swift build -c release --product superposition --scratch-path .build/v3
	@.build/v3/release/superposition verify --profile quick --strict --quiet

# What `make test` does at random, five times as often: programs that are killed, folders that are disturbed, machines that
# share a store. By themselves, as each takes its time.
endure: setup
	@THOROUGH=1 swift test -c release -Xswiftc -enable-testing --scratch-path .build/testing --no-parallel \
		--filter 'FaultTests|DisturbanceTests|SharedTrainingTests'

# The engines compute with pointers, on several threads. Each sanitizer needs a build of its own; the leaks that the first
# would tell are of the tests' runner.
sanitize: setup
	@for sanitizer in address thread; do \
		ASAN_OPTIONS=detect_leaks=0 swift test -c release -Xswiftc -enable-testing --sanitize=$$sanitizer \
			--scratch-path .build/$$sanitizer --filter 'EngineTests|BitsTests|DataTests|TrainerTests' || exit 1; \
	done

# Standard output is only for the benchmark: programs read what `ARGS=--json` prints.
bench:
	@./setup.sh >&2
	@swift build -c release --product bench >&2
	@.build/release/bench $(ARGS)

# The step that reads the modules' symbols gets none of the manifest's flags, so the compiler is told where cairo's headers
# are by CPATH, which pkg-config would leave out of its answers elsewhere.
docs: setup
	@PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 \
		CPATH="$$(pkg-config --cflags-only-I pangocairo | sed 's/-I//g; s/^ *//; s/ *$$//; s/  */:/g')" \
		swift package --allow-writing-to-directory .build/docs generate-documentation \
		--target ToyModels --target Analysis --target Plot --target Notebook --target Serving \
		--enable-experimental-combined-documentation --warnings-as-errors --output-path .build/docs
	@echo 'Read it with `python3 -m http.server --directory .build/docs`, at http://localhost:8000/documentation/'

format:
	@swift format --in-place --recursive Package.swift Plugins Sources Tests chapters Benchmarks

lint:
	@swift format lint --strict --recursive Package.swift Plugins Sources Tests chapters Benchmarks

clean:
	@rm -rf .build
