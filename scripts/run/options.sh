# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the parts of run_tests.sh share their variables
#
# The command line.

usage()
{
	cat <<-EOF
	Usage: ./run_tests.sh [OPTION]...
	Build and run the unit tests with kernels and variants, and sum up.

	What to run:
	      --kernel=LIST   kernels, separated by commas, or "all"
	                      (supported: ${supported[*]})
	      --kdir=DIR      a kernel source tree of your own instead
	      --variant=LIST  variants, separated by commas, or "all"
	                      (known: ${variants[*]})
	      --cc=CC         compile with CC (default: gcc)
	  -t, --test=GLOB     only the cases whose SUITE.CASE matches GLOB, or a whole
	                      suite; may be given more than once
	      --mode=MODE     eager, lazy or both, for a subject that knows the lazy mode
	      --shard=I/N     only part I of N; the parts are equal in time, by the
	                      times of the last whole run where there are some
	      --begin-within=M  leave out, and say so, each build that would begin after
	                      M minutes
	      --full          all supported kernels, all variants, and clang; and no
	                      case may take more than a tenth of its time limit
	      --quick         the edit loop: the newest kernel, asan only; only what
	                      changed is built
	By default the newest kernel runs as ${default_variants[*]}, the older ones that are here as ${older_variants[*]};
	of --kernel and --variant alone, the other is ${newest_variants[*]}, and the newest.

	How to run it:
	  -j, --jobs=N        compile and test so many files and cases at a time
	                      (default: online CPUs)
	      --junit=DIR     write a JUnit XML report of each kernel and variant to DIR
	      --html=DIR      write DIR/index.html, cases by runs, and the logs beside it
	                      with a graph of what fails, if Graphviz's dot is there
	  -h, --help          show this help and exit

	Other ways to run, with --kdir (see docs/your-series.md and docs/bisect.md):
	      --series=S      each patch of a series in turn, on a copy of the tree: an
	                      mbox, a directory of patches, "-", or a range A..B
	      --bisect        the verdict for "git bisect run", by the exit status: 0
	                      good, 1 bad, 125 cannot be built or judged
	      --bisect-baseline=CASE  only CASE decides, the one that flips
	      --flaky=N       a step is bad if one of N runs fails

	Each kernel tree of a folder, as a table (see docs/results/trees.md):
	      --trees=DIR     built as full-plain, or --variant, and run without failing
	                      allocations and with one schedule of each race

	The kernel's own tests of mm, as a table (see docs/hosted.md):
	      --kselftest     on this computer's kernel and on the code under test, built
	                      as full-plain, or --variant; -t NAME for one program

	The environment variables KDIR and CC are defaults of --kdir and --cc; the
	kernels come from \$VMA_SHIM_CACHE, or .cache, where "make deps" puts them.
	The logs are left in build/logs/, KERNEL-VARIANT.ktap and .build.  What is not
	run is said at the end.  The last line is the total, of --series that of its
	patches.

	Exit status: 0 if no test failed, 1 if one did or something did not build,
	2 for a wrong usage or environment, 128+N if ended by signal N.
	EOF
}

# choose WHAT LIST KNOWN...: fills chosen with the items of LIST
choose()
{
	local what=$1 list=$2 item
	shift 2

	chosen=()
	[ "$list" != all ] || { chosen=("$@"); return; }
	for item in ${list//,/ }; do
		[[ " $* " = *" $item "* ]] || die "unknown $what '$item'; choose from: $*, or all"
		[[ " ${chosen[*]-} " = *" $item "* ]] || chosen+=("$item")
	done
	[ ${#chosen[@]} -gt 0 ] || die "no $what is named; choose from: $*, or all"
}

number()
{
	[[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || die "$1 needs a number from 1, not '$2'"
}

kernels='' kdir='' variant_list='' compiler_=${CC:-} junit='' jobs='' begin_within='' full='' quick='' globs=()
html='' mode='' shard='' series='' trees='' bisect='' baseline='' flaky='' kselftest=''
parse_options()
{
	local flags=' --full --quick --help --bisect --kselftest '

	while [ $# -gt 0 ]; do
		case $1 in
		--*=*)
			[[ $flags != *" ${1%%=*} "* ]] ||
				die "${1%%=*} takes no value; see ./run_tests.sh --help"
			set -- "${1%%=*}" "${1#*=}" "${@:2}"
			;;
		-[jt]?*) set -- "${1:0:2}" "${1:2}" "${@:2}" ;;
		esac
		case $1 in
		--kernel | --kdir | --variant | --cc | --test | -t | --jobs | -j | --junit | --html | \
		--begin-within | \
		--mode | --shard | --series | --trees | --bisect-baseline | --flaky)
			[ -n "${2:-}" ] || die "$1 needs a value; see ./run_tests.sh --help" ;;
		esac
		case $1 in
		--kernel) kernels=$2; shift ;;
		--kdir) kdir=$2; shift ;;
		--variant) variant_list=$2; shift ;;
		--cc) compiler_=$2; shift ;;
		--test | -t) globs+=("$2"); shift ;;
		--jobs | -j) number "$1" "$2"; jobs=$2; shift ;;
		--begin-within) number "$1" "$2"; begin_within=$2; shift ;;
		--junit) junit=$2; shift ;;
		--html) html=$2; shift ;;
		--mode) mode=$2; shift ;;
		--shard) shard=$2; shift ;;
		--series) series=$2; shift ;;
		--trees) trees=$2; shift ;;
		--bisect-baseline) baseline=$2; shift ;;
		--flaky) number "$1" "$2"; flaky=$2; shift ;;
		--bisect) bisect=y ;;
		--kselftest) kselftest=y ;;
		--full) full=y ;;
		--quick) quick=y ;;
		-h | --help) usage; verdict=0; exit 0 ;;
		*) die "unknown argument '$1'; see ./run_tests.sh --help" ;;
		esac
		shift
	done
}

# Fills the named variable with the path as seen from where we were called.
from_outside()
{
	[[ -z ${!1} || ${!1} = /* ]] || printf -v "$1" %s "$invoked_in/${!1}"
}

# Before minutes of compiling: a suite that is not there is known from the sources.
check_globs()
{
	local unknown

	unknown=$(scripts/build/parts --check ${globs[@]+"${globs[@]}"} ${baseline:+"$baseline"} 2>/dev/null) || [ -z "$unknown" ] ||
		die "no test matches '$unknown': there is no such suite in tools/testing/vma"
}

check_options()
{
	[ -z "$full" ] || [ -z "$quick" ] || die "--full and --quick exclude each other"
	[ -z "$kernels" ] || [ -z "$kdir" ] || die "--kernel and --kdir exclude each other"
	[ -z "$trees" ] || [ -z "$series$bisect$kernels$kdir$full$quick$shard$mode$junit$html" ] ||
		die "--trees goes with --variant, --cc, --test and --jobs only"
	[ -z "$kselftest" ] || [ -z "$trees$series$bisect$full$quick$shard$junit$html" ] ||
		die "--kselftest goes with --kernel, --kdir, --variant, --mode, --cc, --test and --jobs only"
	[ -z "$series" ] || [ -z "$bisect" ] || die "--series and --bisect exclude each other"
	[[ $mode =~ ^(|eager|lazy|both)$ ]] || die "--mode is eager, lazy or both, not '$mode'"
	if [ -n "$shard" ]; then
		if [[ ! $shard =~ ^([1-9][0-9]{0,3})/([1-9][0-9]{0,3})$ ]] ||
		   [ "${BASH_REMATCH[1]}" -gt "${BASH_REMATCH[2]}" ]; then
			die "--shard is I/N with I from 1 to N, as 1/4, not '$shard'"
		fi
	fi
	[ -n "$kernels" ] || kdir=${kdir:-${KDIR:-}}
	from_outside kdir
	from_outside trees
	from_outside junit
	from_outside html
	[ -n "$bisect" ] || [ -z "$baseline$flaky" ] ||
		die "--bisect-baseline and --flaky go with --bisect only"
	[ -n "$kdir" ] || [ -z "$series$bisect" ] ||
		die "--${series:+series}${bisect:+bisect} needs the kernel tree as --kdir=DIR"
	if [ -n "$series$bisect" ]; then
		[ -z "$full$quick$shard" ] || die "--full, --quick and --shard do not go with --series and --bisect"
		[[ $variant_list != *,* && $variant_list != all ]] ||
			die "--series and --bisect take one variant, not '$variant_list'"
		choose variant "${variant_list:-${newest_variants[0]}}" "${variants[@]}"
		variant_list=${chosen[0]}
	fi
	jobs=${jobs:-$(nproc)}
	[ -n "$kselftest" ] || check_globs
}
