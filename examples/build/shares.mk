# A large scan as build steps: each share of its parts is one, and the last one gathers the results.
#   make -j4 -f shares.mk ROOT=~/linux SHARES="1 2 3 4"
# Every share leaves its results in the cache, by the content of what it read: a second make runs only the parts again
# that read a changed file. The shares can run on several machines that share the cache and see the tree under one path.
LOCKORDER ?= lockorder
ROOT ?= .
PATHS ?= $(ROOT)
OUT ?= lockorder-out
SHARES ?= 1 2

.PHONY: all $(SHARES:%=share-%)
all: $(SHARES:%=share-%)
	$(LOCKORDER) scan $(PATHS) --root $(ROOT) --cache $(OUT)/cache --format json --out $(OUT)/findings.json --fail-on never

$(SHARES:%=share-%): share-%:
	mkdir -p $(OUT)
	$(LOCKORDER) scan $(PATHS) --root $(ROOT) --share $*/$(words $(SHARES)) --jobs 1 --cache $(OUT)/cache --format json --out $(OUT)/share-$*.json --fail-on never
