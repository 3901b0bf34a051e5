using CsCheck;

namespace Ecs.Log.Tests;

/// <summary>Which gaps a stream has, from the versions that are there.</summary>
public sealed class StreamGapTests
{
    private const string Stream = "arn:aws:ecs:us-east-1:000000000000:task/default/x";

    [Fact]
    public void Given_some_versions_of_a_stream_when_its_gaps_are_looked_for_then_they_are_those_that_are_missing() =>
        Gen.Int[1, 12].SelectMany(end => Gen.Bool.Array[end]).Sample(there =>
        {
            var seen = Enumerable.Range(1, there.Length).Where(version => there[version - 1])
                .Select(version => ((long)version, Position(version))).ToList();

            var gaps = StreamGap.Find(Stream, seen, isFromStart: true, there.Length).ToList();

            Assert.Equal(
                Enumerable.Range(1, there.Length).Where(version => !there[version - 1]).Select(version => (long)version),
                gaps.SelectMany(gap => Enumerable.Range((int)gap.FirstVersion, (int)(gap.LastVersion - gap.FirstVersion) + 1))
                    .Select(version => (long)version));
            Assert.All(gaps, gap =>
            {
                Assert.Equal(gap.FirstVersion == 1 ? null : Position(gap.FirstVersion - 1), gap.After);
                Assert.Equal(gap.LastVersion == there.Length ? null : Position(gap.LastVersion + 1), gap.Before);
            });
        });

    [Fact]
    public void Given_a_part_of_a_stream_when_its_gaps_are_looked_for_then_what_is_around_it_is_none() =>
        Assert.Empty(StreamGap.Find(Stream, [(3, 30), (4, 40)], isFromStart: false, end: null));

    [Fact]
    public void Given_a_version_in_front_of_the_one_before_it_when_looked_for_then_both_positions_are_told() =>
        Assert.Equal(
            [new StreamGap(Stream, 3, 3, 500, null, 12)],
            StreamGap.Find(Stream, [(1, 10), (2, 500), (3, 12), (4, 510)], isFromStart: true, end: 4));

    private static long Position(long version) => version * 10;
}
