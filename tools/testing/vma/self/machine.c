// SPDX-License-Identifier: GPL-2.0
/*
 * The machine itself: what the other suites take for granted. That a use after
 * free is seen is no ordinary test, because it ends the process.
 */
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "test.h"

struct thing {
	int made;
	int value;
};

static int nr_made;

static void make_thing(void *at)
{
	struct thing *thing = at;

	nr_made++;
	thing->made = 1;
	thing->value = 0;
}

static struct kmem_cache *type_safe_cache(void)
{
	nr_made = 0;
	return kmem_cache_create("thing", sizeof(struct thing), 0, SLAB_TYPESAFE_BY_RCU,
				 make_thing);
}

TEST(machine, freed_type_safe_object_lives_until_the_grace_period)
{
	struct kmem_cache *cache = type_safe_cache();
	struct thing *first = kmem_cache_alloc(cache, GFP_KERNEL), *second;

	first->value = 1;
	rcu_read_lock();
	kmem_cache_free(cache, first);
	second = kmem_cache_alloc(cache, GFP_ATOMIC);
	KUNIT_EXPECT_PTR_NE(test, first, second);
	KUNIT_EXPECT_EQ(test, first->value, 1);
	KUNIT_EXPECT_EQ(test, second->value, 0);
	KUNIT_EXPECT_EQ(test, nr_made, 2);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, shim_slab_objects("thing"), 2UL);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, shim_slab_objects("thing"), 1UL);
	kmem_cache_free(cache, second);
	rcu_barrier();
	kmem_cache_destroy(cache);
}

/* The very next allocation gets it, as it was left and not constructed again. */
TEST(machine, freed_type_safe_object_is_recycled_at_once)
{
	struct kmem_cache *cache = type_safe_cache();
	struct thing *first, *second;

	shim_slab_set_mode(SHIM_SLAB_RECYCLE);
	first = kmem_cache_alloc(cache, GFP_KERNEL);
	first->value = 1;
	kmem_cache_free(cache, first);
	KUNIT_EXPECT_EQ(test, shim_slab_objects("thing"), 0UL);
	second = kmem_cache_alloc(cache, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, first, second);
	KUNIT_EXPECT_EQ(test, second->value, 1);
	KUNIT_EXPECT_EQ(test, nr_made, 1);
	kmem_cache_free(cache, second);
}

/* No host sees it, as it gets such an object later or never. */
TEST(machine, type_safe_object_that_is_freed_twice)
{
	struct kmem_cache *cache = type_safe_cache();
	struct thing *thing = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, thing);
	shim_expect_warnings(true);
	kmem_cache_free(cache, thing);
	KUNIT_EXPECT_EQ(test, shim_expect_warnings(false), 1U);
	rcu_barrier();
	kmem_cache_destroy(cache);
}

TEST(machine, nth_allocation_fails_and_no_other)
{
	unsigned int i, nth;
	void *object;

	for (nth = 1; nth <= 4; nth++) {
		shim_fail_nth(nth, false);
		for (i = 1; i <= 6; i++) {
			object = kmalloc(8, GFP_KERNEL);
			KUNIT_EXPECT_EQ(test, !object, i == nth);
			kfree(object);
		}
		KUNIT_EXPECT_EQ(test, shim_fail_stop(), 6UL);
	}
}

TEST(machine, all_allocations_from_the_nth_on_fail)
{
	struct kmem_cache *cache = type_safe_cache();
	struct page *page;
	int __percpu *counter;
	void *object;

	shim_fail_nth(2, true);
	page = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmalloc(8, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kmem_cache_alloc(cache, GFP_KERNEL));
	counter = alloc_percpu(int);
	KUNIT_EXPECT_TRUE(test, !counter);
	object = kmalloc(8, GFP_KERNEL | __GFP_NOFAIL);
	KUNIT_EXPECT_NOT_NULL(test, object);
	KUNIT_EXPECT_EQ(test, shim_fail_stop(), 5UL);
	kfree(object);
	__free_page(page);
	kmem_cache_destroy(cache);
}

/* The same page comes again, with what it was left with and then without. */
TEST(machine, pages_are_zeroed_when_it_is_asked)
{
	struct page *page = alloc_page(GFP_KERNEL), *again;

	memset(page_address(page), 0x55, PAGE_SIZE);
	__free_page(page);
	again = alloc_page(GFP_KERNEL | __GFP_ZERO);
	KUNIT_EXPECT_PTR_EQ(test, again, page);
	KUNIT_EXPECT_NULL(test, memchr_inv(page_address(again), 0, PAGE_SIZE));
	__free_page(again);
}

TEST(machine, pages_of_an_order_are_aligned_and_apart)
{
	unsigned long used = shim_pages_used();
	struct page *page[5];
	unsigned int order;

	for (order = 0; order < 5; order++) {
		page[order] = alloc_pages(GFP_KERNEL, order);
		KUNIT_ASSERT_NOT_NULL(test, page[order]);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED(page_to_pfn(page[order]), 1 << order));
		memset(page_address(page[order]), order, PAGE_SIZE << order);
	}
	KUNIT_EXPECT_EQ(test, shim_pages_used() - used, 31UL);
	for (order = 0; order < 5; order++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(page_address(page[order]), order,
						   PAGE_SIZE << order));
		__free_pages(page[order], order);
	}
	KUNIT_EXPECT_EQ(test, shim_pages_used(), used);
}

TEST(machine, compound_page_has_a_head)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	int i;

	KUNIT_EXPECT_TRUE(test, PageHead(page));
	KUNIT_EXPECT_EQ(test, compound_order(page), 3U);
	KUNIT_EXPECT_EQ(test, folio_nr_pages(page_folio(page)), 8L);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	for (i = 1; i < 8; i++) {
		KUNIT_EXPECT_TRUE(test, PageTail(page + i));
		KUNIT_EXPECT_PTR_EQ(test, compound_head(page + i), page);
	}
	put_page(page + 5);
	KUNIT_EXPECT_FALSE(test, PageTail(page + 5));
	KUNIT_EXPECT_FALSE(test, PageHead(page));
}

TEST(machine, percpu_memory_is_zero_and_one_for_each)
{
	long __percpu *counter = alloc_percpu(long);
	int cpu;

	for_each_possible_cpu(cpu)
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counter, cpu), 0L);
	for_each_possible_cpu(cpu)
		*per_cpu_ptr(counter, cpu) = cpu + 1;
	for_each_possible_cpu(cpu)
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counter, cpu), (long)cpu + 1);
	preempt_disable();
	KUNIT_EXPECT_EQ(test, *this_cpu_ptr(counter), (long)smp_processor_id() + 1);
	preempt_enable();
	free_percpu(counter);
	counter = alloc_percpu(long);
	for_each_possible_cpu(cpu)
		KUNIT_EXPECT_EQ(test, *per_cpu_ptr(counter, cpu), 0L);
	free_percpu(counter);
}

struct callback {
	struct rcu_head rcu;
	int nr;
};

static int callback_order[4], nr_callbacks;

static void note_callback(struct rcu_head *head)
{
	callback_order[nr_callbacks++] = container_of(head, struct callback, rcu)->nr;
}

TEST(machine, rcu_callbacks_run_in_order_at_the_barrier)
{
	struct callback callbacks[4];
	int i;

	for (i = 0; i < 4; i++) {
		callbacks[i].nr = i;
		call_rcu(&callbacks[i].rcu, note_callback);
	}
	KUNIT_EXPECT_EQ(test, nr_callbacks, 0);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, nr_callbacks, 4);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, callback_order[i], i);
}
