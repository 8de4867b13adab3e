// SPDX-License-Identifier: GPL-2.0
/* mm/swap.c, the older name of mm/folio.c, and a way in to its batches. */
#include "mm/swap.c"
#include "lru_batches.h"
