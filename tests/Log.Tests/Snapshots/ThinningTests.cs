using CsCheck;

namespace Ecs.Log.Tests;

public sealed class ThinningTests
{
    private const long Every = 10;
    private const int PerDensity = 8;

    /// <summary>How far apart snapshots are taken: as soon as one is due, or later where the writer is quick.</summary>
    private static readonly Gen<long[]> Steps = Gen.Long[Every, Every * 3].Array[1, 2_000];

    [Fact]
    public void The_number_of_snapshots_grows_with_the_logarithm_of_the_log() => Steps.Sample(steps =>
    {
        var kept = Thin(steps);
        var densities = 2 + Math.Log2(((double)kept[^1] / (Every * PerDensity)) + 1);
        Assert.InRange(kept.Count, 1, (PerDensity + 1) * densities);
    });

    [Fact]
    public void The_newest_are_all_there_and_the_newest_of_all_is() => Steps.Sample(steps =>
    {
        var taken = Running(steps);
        var kept = Thin(steps);
        Assert.Equal(taken.Where(p => taken[^1] - p <= Every * PerDensity), kept.Where(p => kept[^1] - p <= Every * PerDensity));
    });

    [Fact]
    public void Every_position_of_the_past_has_a_snapshot_within_a_fixed_share_of_its_age() => Steps.Sample(steps =>
    {
        var taken = Running(steps);
        var kept = Thin(steps);
        foreach (var position in taken)
        {
            var nearest = kept.LastOrDefault(p => p <= position);
            var age = taken[^1] - position;
            // Two distances of its density at most, and the step of the one that was taken late.
            Assert.InRange(position - nearest, 0, (4 * ((age / PerDensity) + Every)) + (Every * 3));
        }
    });

    [Fact]
    public void While_there_is_room_every_snapshot_stays_for_good() => Steps.Sample(steps =>
    {
        List<(long Position, long Bytes)> taken = [.. Running(steps).Select(position => (position, 7L))];
        Assert.Equal(taken.Select(one => one.Position), Thinning.Within(taken, room: 7L * taken.Count, Every));
    });

    [Fact]
    public void Together_they_take_no_more_than_their_room_and_the_newest_stays() => Steps.Sample(steps =>
    {
        const long room = 700;
        List<(long Position, long Bytes)> kept = [];
        foreach (var position in Running(steps))
        {
            kept.Add((position, 7));
            var stay = Thinning.Within(kept, room, Every).ToHashSet();
            kept.RemoveAll(one => !stay.Contains(one.Position));
            Assert.InRange(kept.Sum(one => one.Bytes), 7, room);
            Assert.Equal(position, kept[^1].Position);
        }

        // What was thinned out is used for what is newer: never are there only a few.
        Assert.InRange(kept.Count, Math.Min(steps.Length, 20), 100);
    });

    [Fact]
    public void A_restore_between_two_makes_none_of_them_older() => Steps.Sample(steps =>
    {
        var taken = Running(steps);
        var half = taken.Count / 2;
        if (half == 0) return;

        var gap = LogRestore.FirstPosition + Every - (taken[half] - taken[half - 1]);
        long[] restored = [.. taken.Take(half), .. taken.Skip(half).Select(position => position + gap)];

        var kept = Thinning.Kept(restored, Every, PerDensity);
        var close = taken.Select((position, i) => i < half ? position : position - taken[half] + taken[half - 1] + Every);
        Assert.Equal(Thinning.Kept(close, Every, PerDensity).Count, kept.Count);
    });

    [Fact]
    public void A_second_restore_three_hours_after_the_first_makes_none_of_them_older() => Steps.Sample(steps =>
    {
        var taken = Running(steps);
        var (first, second) = (taken.Count / 3, taken.Count * 2 / 3);
        if (first == 0) return;

        const long threeHours = 3L * 60 * 60 * 1_000_000;
        long[] restored =
        [
            .. taken.Take(first),
            .. taken.Skip(first).Take(second - first).Select(position => position + LogRestore.FirstPosition),
            .. taken.Skip(second).Select(position => position + LogRestore.FirstPosition + threeHours),
        ];
        // Closed to the distance at which they are taken.
        var gaps = new HashSet<int> { first, second };
        var close = Running([.. steps.Select((step, i) => gaps.Contains(i) ? Every : step)]);
        var kept = Thinning.Kept(restored, Every, PerDensity).Select(position => Array.IndexOf(restored, position));
        Assert.Equal(Thinning.Kept(close, Every, PerDensity).Select(position => close.IndexOf(position)), kept);
    });

    private static List<long> Running(long[] steps)
    {
        var at = 0L;
        return [.. steps.Select(step => at += step)];
    }

    private static List<long> Thin(long[] steps)
    {
        List<long> kept = [];
        foreach (var position in Running(steps)) kept = [.. Thinning.Kept([.. kept, position], Every, PerDensity)];
        return kept;
    }
}
