# What `make bench` measures with: static, so that each runs in any root. From the top of the tree:
#   make -f bench/build.mk
include su-exec/rules.mk
.DEFAULT_GOAL := programs
.PHONY: programs

programs: $(patsubst bench/%.c,build/bench/%,$(wildcard bench/*.c))

build/bench/%: bench/%.c su-exec/rules.mk bench/build.mk
	@mkdir -p $(@D)
	$(CC) $(DEFINES) $(WARNINGS) -Os -static -s -o $@ $<
