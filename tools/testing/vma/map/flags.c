// SPDX-License-Identifier: GPL-2.0
/*
 * The bitmap type of VMA flags against arithmetic on the word that it stands for.
 */
#include "test.h"

#ifdef SHIM_VMA_FLAGS
#define WORDS	ARRAY_SIZE(words)

static const vm_flags_t words[] = {
	0, VM_READ, VM_READ | VM_WRITE | VM_EXEC, VM_IO | VM_DONTEXPAND, VM_LOCKED_MASK,
	VM_READ | VM_MAYREAD | VM_PFNMAP, VM_SOFTDIRTY | VM_SHARED, 0x8000000000000001UL, ~0UL,
};

static bool is(const vma_flags_t *flags, vm_flags_t word)
{
	vma_flags_t other = legacy_to_vma_flags(word);

	return vma_flags_same_pair(flags, &other) && vma_flags_to_legacy(*flags) == word;
}

TEST(flags, unchanged)
{
	struct vm_area_struct vma = {};
	struct vm_area_desc desc = {};
	vma_flags_t flags = EMPTY_VMA_FLAGS;
	vm_flags_t word = 0;
	int bit;

	for (bit = 0; bit < BITS_PER_LONG; bit++) {
		word |= BIT(bit);
		vma_flags_set(&flags, bit);
		vma_set_flags(&vma, bit);
		vma_desc_set_flags(&desc, bit);
		KUNIT_EXPECT_TRUE(test, is(&flags, word));
		KUNIT_EXPECT_TRUE(test, is(&shim_vma_flags(&vma), word));
		KUNIT_EXPECT_EQ(test, shim_vm_flags(&vma), word);
		KUNIT_EXPECT_TRUE(test, is(&desc.vma_flags, word));
	}
}

TEST(flags, cleared)
{
	vma_flags_t flags = legacy_to_vma_flags(~0UL);

	vma_flags_clear_all(&flags);
	KUNIT_EXPECT_TRUE(test, is(&flags, 0));
}

TEST(flags, word)
{
	vma_flags_t flags = legacy_to_vma_flags(VM_EXEC | VM_SHARED);

	vma_flags_overwrite_word(&flags, VM_READ | VM_WRITE);
	KUNIT_EXPECT_TRUE(test, is(&flags, VM_READ | VM_WRITE));
	vma_flags_set_word(&flags, VM_EXEC);
	KUNIT_EXPECT_TRUE(test, is(&flags, VM_READ | VM_WRITE | VM_EXEC));
	vma_flags_clear_word(&flags, VM_WRITE);
	KUNIT_EXPECT_TRUE(test, is(&flags, VM_READ | VM_EXEC));
}

TEST(flags, test)
{
	int i, bit;

	for (i = 0; i < WORDS; i++) {
		vma_flags_t flags = legacy_to_vma_flags(words[i]);
		struct vm_area_struct vma = { .flags = flags };
		struct vm_area_desc desc = { .vma_flags = flags };

		for (bit = 0; bit < BITS_PER_LONG; bit++) {
			bool has = words[i] & BIT(bit);

			KUNIT_EXPECT_EQ(test, vma_flags_test(&flags, bit), has);
			KUNIT_EXPECT_EQ(test, vma_test(&vma, bit), has);
			KUNIT_EXPECT_EQ(test, vma_desc_test(&desc, bit), has);
		}
	}
}

TEST(flags, test_any_and_all)
{
	int i, j;

	for (i = 0; i < WORDS; i++)
		for (j = 0; j < WORDS; j++) {
			vma_flags_t flags = legacy_to_vma_flags(words[i]);
			vma_flags_t mask = legacy_to_vma_flags(words[j]);
			struct vm_area_struct vma = { .flags = flags };
			bool any = words[i] & words[j];
			bool all = (words[i] & words[j]) == words[j];

			KUNIT_EXPECT_EQ(test, vma_flags_test_any_mask(&flags, mask), any);
			KUNIT_EXPECT_EQ(test, vma_test_any_mask(&vma, mask), any);
			KUNIT_EXPECT_EQ(test, vma_flags_test_all_mask(&flags, mask), all);
			KUNIT_EXPECT_EQ(test, vma_test_all_mask(&vma, mask), all);
		}
}

TEST(flags, set_and_clear)
{
	int i, j;

	for (i = 0; i < WORDS; i++)
		for (j = 0; j < WORDS; j++) {
			vma_flags_t flags = legacy_to_vma_flags(words[i]);
			vma_flags_t mask = legacy_to_vma_flags(words[j]);
			struct vm_area_struct vma = { .flags = flags };
			struct vm_area_desc desc = { .vma_flags = flags };

			vma_flags_clear_mask(&flags, mask);
			vma_clear_flags_mask(&vma, mask);
			vma_desc_clear_flags_mask(&desc, mask);
			KUNIT_EXPECT_TRUE(test, is(&flags, words[i] & ~words[j]));
			KUNIT_EXPECT_TRUE(test, is(&shim_vma_flags(&vma), words[i] & ~words[j]));
			KUNIT_EXPECT_TRUE(test, is(&desc.vma_flags, words[i] & ~words[j]));
			vma_flags_set_mask(&flags, mask);
			KUNIT_EXPECT_TRUE(test, is(&flags, words[i] | words[j]));
		}
}

TEST(flags, empty)
{
	int i;

	for (i = 0; i < WORDS; i++) {
		vma_flags_t flags = legacy_to_vma_flags(words[i]);

		KUNIT_EXPECT_EQ(test, vma_flags_empty(&flags), !words[i]);
	}
}

TEST(flags, diff_and)
{
	int i, j;

	for (i = 0; i < WORDS; i++)
		for (j = 0; j < WORDS; j++) {
			vma_flags_t a = legacy_to_vma_flags(words[i]);
			vma_flags_t b = legacy_to_vma_flags(words[j]);
			vma_flags_t diff = vma_flags_diff_pair(&a, &b);
			vma_flags_t and = vma_flags_and_mask(&a, b);

			KUNIT_EXPECT_TRUE(test, is(&diff, words[i] ^ words[j]));
			KUNIT_EXPECT_TRUE(test, is(&and, words[i] & words[j]));
			KUNIT_EXPECT_EQ(test, vma_flags_same_pair(&a, &b), words[i] == words[j]);
		}
}

TEST(flags, append)
{
	vma_flags_t flags = append_vma_flags(VMA_REMAP_FLAGS, VMA_READ_BIT, VMA_WRITE_BIT);

	KUNIT_EXPECT_TRUE(test, is(&flags, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP |
				   VM_READ | VM_WRITE));
	flags = append_vma_flags(EMPTY_VMA_FLAGS, VMA_READ_BIT);
	KUNIT_EXPECT_TRUE(test, is(&flags, VM_READ));
}

TEST(flags, count)
{
	int i;

	for (i = 0; i < WORDS; i++) {
		vma_flags_t flags = legacy_to_vma_flags(words[i]);

		KUNIT_EXPECT_EQ(test, vma_flags_count(&flags), (int)hweight64(words[i]));
	}
}

#else

#define WHY "this kernel has no vma_flags_t"

ABSENT(flags, unchanged, WHY)
ABSENT(flags, cleared, WHY)
ABSENT(flags, word, WHY)
ABSENT(flags, test, WHY)
ABSENT(flags, test_any_and_all, WHY)
ABSENT(flags, set_and_clear, WHY)
ABSENT(flags, empty, WHY)
ABSENT(flags, diff_and, WHY)
ABSENT(flags, append, WHY)
ABSENT(flags, count, WHY)

#endif
