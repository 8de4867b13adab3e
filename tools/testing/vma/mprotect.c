// SPDX-License-Identifier: GPL-2.0
/* mprotect(): splits, and merges back. */
#include "test.h"

TEST(mprotect, middle_splits_into_three_and_merges_back)
{
	struct space *sp = layout(test, "[WWWWWWWWW]");

	ok(protect(sp, 3, 3, PROT_READ));
	expect(sp, "[WWW][RRR][WWW]");
	ok(protect(sp, 3, 3, RW));
	expect(sp, "[WWWWWWWWW]");
}
