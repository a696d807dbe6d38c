# How the static programs and the unit tests are made: included by su-exec/build.mk and entrypoint/build.mk.
.DELETE_ON_ERROR:

# What entrypoint links as well: all but su-exec.c.
PARTS = account drop environment failure identity launch lock number

CC = musl-gcc
UNIT_CC = gcc
DEFINES = -std=c11 -D_GNU_SOURCE -MMD -MP
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wformat=2 -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wundef -Wpointer-arith -Werror
# -flto: without it the entry point crosses a page, and with it the limit of 40 kB.
SMALL = -Os -flto -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
HARDEN = -fPIE -fstack-protector-strong
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all

# A static PIE by hand: with -static-pie, musl-gcc takes start files that need a loader.
# Code and constants share a segment: apart, padding makes the file a third larger.
# RELRO is a mark that musl's start of a static program does not heed: it holds four words, and tables of names.
LINK = $(SMALL) -static -nostartfiles -s -Wl,-pie,--no-dynamic-linker,-z,text,--gc-sections,--build-id=none \
	-Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code

define compile
	@mkdir -p $(@D)
	$(CC) $(DEFINES) $(WARNINGS) $(SMALL) $(HARDEN) $(CFLAGS) -c -o $@ $<
endef

define link
	$(CC) $(LINK) -o $@ -l:rcrt1.o -l:crti.o $(filter %.o,$^) $(LDFLAGS) -l:crtn.o
	@sha256sum $@
endef

define compile_unit
	@mkdir -p $(@D)
	$(UNIT_CC) $(DEFINES) $(WARNINGS) -g -O2 $(HARDEN) $(CFLAGS) -c -o $@ $<
endef

define link_unit
	$(UNIT_CC) $(UNIT_LINK) -o $@ $(filter %.o,$^) $(LDFLAGS) $$(pkg-config --libs check)
endef

build/su-exec.d/%.o: su-exec/%.c su-exec/rules.mk
	$(compile)

# The ways of building the unit tests: plain, under ASan and UBSan, with counted lines and branches.
# The fuzz targets, of libFuzzer, are built from the same parts.
WAYS = unit sanitize cover
define unit_parts
build/su-exec.$(1)/%.o: su-exec/%.c su-exec/rules.mk
	$$(compile_unit)
endef
$(foreach way,$(WAYS) fuzz,$(eval $(call unit_parts,$(way))))

# Huge lines are for the plain build: the others are slow at them.
build/su-exec.sanitize/%.o build/su-exec.cover/%.o: DEFINES += -DHUGE_LINE=0x4000000
build/su-exec.sanitize/% build/entrypoint.sanitize/%: HARDEN = $(SANITIZE)
build/su-exec.sanitize/% build/entrypoint.sanitize/%: UNIT_LINK = $(SANITIZE)
build/su-exec.cover/% build/entrypoint.cover/%: HARDEN = -O0 --coverage
build/su-exec.cover/% build/entrypoint.cover/%: UNIT_LINK = --coverage
build/su-exec.fuzz/% build/entrypoint.fuzz/%: UNIT_CC = clang
build/su-exec.fuzz/% build/entrypoint.fuzz/%: HARDEN = -O1 -fsanitize=fuzzer-no-link $(SANITIZE)

define link_fuzz
	$(UNIT_CC) -fsanitize=fuzzer $(SANITIZE) -o $@ $(filter %.o,$^) $(LDFLAGS)
endef
