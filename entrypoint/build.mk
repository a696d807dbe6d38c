# entrypoint and its unit tests. From the top of the tree:
#   make -f entrypoint/build.mk build/entrypoint    the static program
#   make -f entrypoint/build.mk unit                its unit tests (libcheck, glibc)
#   make -f entrypoint/build.mk sanitize            the same under ASan and UBSan
#   make -f entrypoint/build.mk cover               the same, counting lines: see tests/coverage.sh
#   make -f entrypoint/build.mk fuzz                its fuzz targets: see tests/fuzz.sh
include su-exec/rules.mk
.PHONY: $(WAYS) fuzz

ENTRYPOINT_PARTS = accounts copy init own reach seed settings
TESTED = accounts copy settings
UNIT = faults test_accounts test_settings unit

# The calls that entrypoint/unit/faults.c takes over.
WRAPPED = fchownat fstat fsync open pread read rename write

build/entrypoint: $(ENTRYPOINT_PARTS:%=build/entrypoint.d/%.o) build/entrypoint.d/entrypoint.o \
		$(PARTS:%=build/su-exec.d/%.o)
	$(link)

build/entrypoint.d/%.o: entrypoint/%.c su-exec/rules.mk
	$(compile)

$(WAYS): %: build/entrypoint.%/run
	$<

# One folder for each way of building; su-exec's parts come from its own.
define unit_program
build/entrypoint.$(1)/run: $(patsubst %,build/entrypoint.$(1)/%.o,$(TESTED) $(UNIT)) \
		$(PARTS:%=build/su-exec.$(1)/%.o) entrypoint/build.mk
	$$(link_unit)
build/entrypoint.$(1)/run: UNIT_LINK += $(WRAPPED:%=-Wl,--wrap=%)
build/entrypoint.$(1)/%.o: entrypoint/%.c su-exec/rules.mk
	$$(compile_unit)
build/entrypoint.$(1)/%.o: entrypoint/unit/%.c su-exec/rules.mk
	$$(compile_unit)
endef
$(foreach way,$(WAYS),$(eval $(call unit_program,$(way))))

fuzz: build/entrypoint.fuzz/fuzz_accounts build/entrypoint.fuzz/fuzz_settings

build/entrypoint.fuzz/fuzz_%: build/entrypoint.fuzz/fuzz_%.o $(TESTED:%=build/entrypoint.fuzz/%.o) \
		build/su-exec.fuzz/judge.o $(PARTS:%=build/su-exec.fuzz/%.o)
	$(link_fuzz)
build/entrypoint.fuzz/%.o: entrypoint/%.c su-exec/rules.mk
	$(compile_unit)
build/entrypoint.fuzz/%.o: entrypoint/fuzz/%.c su-exec/rules.mk
	$(compile_unit)
build/su-exec.fuzz/%.o: su-exec/fuzz/%.c su-exec/rules.mk
	$(compile_unit)

-include $(wildcard build/entrypoint.*/*.d build/su-exec.*/*.d)
