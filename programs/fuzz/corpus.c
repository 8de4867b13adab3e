// SPDX-License-Identifier: GPL-2.0
/* The corpus: sequences of a directory, and those of this run that showed something new. */
#define _GNU_SOURCE 1
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzzer.h"

#define MAX_CORPUS	65536

static struct sequence *entries;
static unsigned int nr_entries;

unsigned int corpus_size(void)
{
	return nr_entries;
}

const struct sequence *corpus_entry(unsigned int i)
{
	return &entries[i];
}

/**
 * sequence_hash() - a name for a sequence
 * @seq: the sequence
 */
uint64_t sequence_hash(const struct sequence *seq)
{
	const unsigned char *byte = (const unsigned char *)seq->ops;
	uint64_t hash = 0xcbf29ce484222325ull;
	size_t i;

	for (i = 0; i < seq->nr * sizeof(*seq->ops); i++)
		hash = (hash ^ byte[i]) * 0x100000001b3ull;
	return hash;
}

/**
 * sequence_read() - a sequence from a file
 * @path: the file; bytes at its end that make no operation are left out
 */
struct sequence sequence_read(const char *path)
{
	struct sequence seq = { xcalloc(FUZZ_MAX_OPS, sizeof(struct fuzz_op)), 0 };
	FILE *from = fopen(path, "rb");

	if (!from)
		die("cannot read %s: %s", path, strerror(errno));
	seq.nr = fread(seq.ops, sizeof(*seq.ops), FUZZ_MAX_OPS, from);
	if (ferror(from))
		die("cannot read %s: %s", path, strerror(errno));
	fclose(from);
	return seq;
}

/**
 * sequence_write() - a sequence to a file
 * @seq: the sequence
 * @path: the file
 */
void sequence_write(const struct sequence *seq, const char *path)
{
	FILE *to = fopen(path, "wb");

	if (!to || fwrite(seq->ops, sizeof(*seq->ops), seq->nr, to) != seq->nr || fclose(to))
		die("cannot write %s: %s", path, strerror(errno));
}

/**
 * corpus_add() - keep a sequence
 * @seq: the sequence, which is the corpus' from now on
 * @dir: a directory to write it to as well, or NULL
 */
void corpus_add(struct sequence seq, const char *dir)
{
	char *path;

	if (!entries)
		entries = xcalloc(MAX_CORPUS, sizeof(*entries));
	if (nr_entries == MAX_CORPUS || !seq.nr)
		return;
	entries[nr_entries++] = seq;
	if (!dir)
		return;
	path = xasprintf("%s/%016llx", dir, (unsigned long long)sequence_hash(&seq));
	sequence_write(&seq, path);
	free(path);
}

static int is_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/**
 * corpus_load() - read a directory of sequences
 * @dir: the directory, made if it is not there
 */
void corpus_load(const char *dir)
{
	struct dirent **names;
	struct sequence seq;
	char *path;
	int i, nr;

	if (mkdir(dir, 0777) && errno != EEXIST)
		die("cannot make the directory %s: %s", dir, strerror(errno));
	nr = scandir(dir, &names, is_entry, alphasort);
	if (nr < 0)
		die("cannot read the directory %s: %s", dir, strerror(errno));
	for (i = 0; i < nr; i++) {
		path = xasprintf("%s/%s", dir, names[i]->d_name);
		seq = sequence_read(path);
		seq.ops = realloc(seq.ops, (seq.nr + 1) * sizeof(*seq.ops)) ?: seq.ops;
		corpus_add(seq, NULL);
		free(path);
		free(names[i]);
	}
	free(names);
}
