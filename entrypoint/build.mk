# entrypoint and its unit tests. From the top of the tree:
#   make -f entrypoint/build.mk build/entrypoint    the static program
#   make -f entrypoint/build.mk unit                its unit tests (libcheck, glibc)
include su-exec/rules.mk
.PHONY: unit

ENTRYPOINT_PARTS = accounts copy init own seed settings
TESTED = accounts copy settings
UNIT = test_accounts test_settings unit

build/entrypoint: $(ENTRYPOINT_PARTS:%=build/entrypoint.d/%.o) build/entrypoint.d/entrypoint.o \
		$(PARTS:%=build/su-exec.d/%.o)
	$(link)

build/entrypoint.d/%.o: entrypoint/%.c su-exec/rules.mk
	$(compile)

unit: build/entrypoint.unit/run
	$<

build/entrypoint.unit/run: $(UNIT:%=build/entrypoint.unit/%.o) $(TESTED:%=build/entrypoint.unit/%.o) \
		$(PARTS:%=build/su-exec.unit/%.o)
	$(link_unit)

build/entrypoint.unit/%.o: entrypoint/%.c su-exec/rules.mk
	$(compile_unit)
build/entrypoint.unit/%.o: entrypoint/unit/%.c su-exec/rules.mk
	$(compile_unit)

-include $(wildcard build/entrypoint.d/*.d build/entrypoint.unit/*.d build/su-exec.d/*.d build/su-exec.unit/*.d)
