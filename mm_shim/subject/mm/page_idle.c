// SPDX-License-Identifier: GPL-2.0
/* mm/page_idle.c, and a way in to the reading and writing of its file. */
#include "mm/page_idle.c"

void shim_idle_set(unsigned long pfn);
bool shim_idle_test(unsigned long pfn);

void shim_idle_set(unsigned long pfn)
{
	u64 bits = BIT_ULL(pfn % BITMAP_CHUNK_BITS);

	page_idle_bitmap_write(NULL, NULL, NULL, (char *)&bits,
			       pfn / BITMAP_CHUNK_BITS * BITMAP_CHUNK_SIZE, sizeof(bits));
}

bool shim_idle_test(unsigned long pfn)
{
	u64 bits = 0;

	page_idle_bitmap_read(NULL, NULL, NULL, (char *)&bits,
			      pfn / BITMAP_CHUNK_BITS * BITMAP_CHUNK_SIZE, sizeof(bits));
	return bits & BIT_ULL(pfn % BITMAP_CHUNK_BITS);
}
