// SPDX-License-Identifier: GPL-2.0
/* mm/folio.c, and a way in to its batches. */
#include "mm/folio.c"
#include "lru_batches.h"
