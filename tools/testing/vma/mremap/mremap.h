/* SPDX-License-Identifier: GPL-2.0 */
/* Flags of mremap() for a destination of the case's choice. */
#ifndef VMA_MREMAP_H
#define VMA_MREMAP_H

#include "test.h"

#define TO		(MREMAP_MAYMOVE | MREMAP_FIXED)
#define COPY_TO		(TO | MREMAP_DONTUNMAP)

#endif /* VMA_MREMAP_H */
