# plimsoll and its unit tests. From the top of the tree:
#   make -f plimsoll/build.mk build/plimsoll    the static program
#   make -f plimsoll/build.mk unit              its unit tests (libcheck)
#   make -f plimsoll/build.mk sanitize          the same under ASan and UBSan
#   make -f plimsoll/build.mk sanitize-program  the whole program under them: build/plimsoll.sanitize/program
#   make -f plimsoll/build.mk fuzz              its fuzz targets
include su-exec/rules.mk
.PHONY: unit sanitize sanitize-program fuzz

# glibc's, as Debian's static libraries are made for that.
CC = gcc
LIBRARIES = -larchive -ljansson -lyaml -lpcre2-8 -lzstd -lz
DEFINES += -I.
SMALL = -Os -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables

SOURCES = $(filter-out plimsoll/plimsoll.c,$(wildcard plimsoll/*.c plimsoll/*/*.c))
PLIMSOLL_PARTS = $(filter-out plimsoll/unit/% plimsoll/fuzz/%,$(SOURCES)) su-exec/failure.c su-exec/number.c
UNIT = $(wildcard plimsoll/unit/*.c)

# PCRE2's just-in-time compiler is never called, and a quarter of a megabyte that only the freeing of a pattern's
# code would bring in: none was compiled that way.
NO_JIT = -Wl,--defsym=_pcre2_jit_free_8=0

build/plimsoll: $(PLIMSOLL_PARTS:%.c=build/plimsoll.d/%.o) build/plimsoll.d/plimsoll/plimsoll.o
	$(CC) $(SMALL) -static -s -Wl,--gc-sections,--build-id=none,-z,relro,-z,now,-z,noexecstack $(NO_JIT) -o $@ $^ $(LIBRARIES) $(LDFLAGS)
	@sha256sum $@

build/plimsoll.d/%.o: %.c su-exec/rules.mk plimsoll/build.mk
	$(compile)

unit sanitize: %: build/plimsoll.%/run
	$<

# One folder for each way of building.
define plimsoll_unit
build/plimsoll.$(1)/run: $(patsubst %.c,build/plimsoll.$(1)/%.o,$(PLIMSOLL_PARTS) $(UNIT)) plimsoll/build.mk
	$$(UNIT_CC) $$(UNIT_LINK) -o $$@ $$(filter %.o,$$^) $$(LDFLAGS) $$(LIBRARIES) $$$$(pkg-config --libs check)
build/plimsoll.$(1)/%.o: %.c su-exec/rules.mk plimsoll/build.mk
	$$(compile_unit)
endef
$(foreach way,unit sanitize fuzz,$(eval $(call plimsoll_unit,$(way))))

build/plimsoll.sanitize/%: HARDEN = $(SANITIZE)
build/plimsoll.sanitize/%: UNIT_LINK = $(SANITIZE)
sanitize-program: build/plimsoll.sanitize/program

# It goes into containers as the probe: all that the sanitizers leave to be found there is libc.
build/plimsoll.sanitize/program: $(PLIMSOLL_PARTS:%.c=build/plimsoll.sanitize/%.o) build/plimsoll.sanitize/plimsoll/plimsoll.o
	$(UNIT_CC) $(SANITIZE) -static-libasan -static-libubsan -static-libgcc -Wl,--gc-sections -o $@ $^ -Wl,-Bstatic $(LIBRARIES) -Wl,-Bdynamic $(LDFLAGS)

build/plimsoll.fuzz/%: UNIT_CC = clang
build/plimsoll.fuzz/%: HARDEN = -O1 -fsanitize=fuzzer-no-link $(SANITIZE)

fuzz: $(patsubst plimsoll/fuzz/%.c,build/plimsoll.fuzz/%,$(wildcard plimsoll/fuzz/fuzz_*.c))

build/plimsoll.fuzz/fuzz_%: build/plimsoll.fuzz/plimsoll/fuzz/fuzz_%.o $(PLIMSOLL_PARTS:%.c=build/plimsoll.fuzz/%.o)
	$(UNIT_CC) -fsanitize=fuzzer $(SANITIZE) -o $@ $(filter %.o,$^) $(LDFLAGS) $(LIBRARIES)

-include $(shell find build/plimsoll.* -type f -name '*.d' 2>/dev/null)
