using CsCheck;
using Ecs.Agent.Docker;
using Ecs.Agent.Machine;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Tests.Driving;

public sealed class FreePortsTests
{
    [Fact]
    public void Ports_are_found_just_where_as_many_that_follow_each_other_are_free_and_from_the_place_on_where_that_has_them() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 20], Gen.Int[0, 20], Gen.Int[0, 45], Gen.Int[0, 45].HashSet[0, 25]).Sample(
            (count, first, more, from, taken) =>
            {
                var within = new PortRange(first, first + more);
                var all = Enumerable.Range(first, more + 1).Where(port => port + count - 1 <= within.Last)
                    .Where(port => !Enumerable.Range(port, count).Any(taken.Contains)).ToList();
                var after = all.Where(port => within.Contains(from) && port >= from).ToList();
                var expected = after.Count > 0 ? after[0] : all.Count > 0 ? all[0] : (int?)null;

                Assert.Equal(
                    expected is { } port ? new PortRange(port, port + count - 1) : null,
                    FreePorts.Find(count, within, from, taken));
            });

    [Fact]
    public void What_a_label_tells_of_a_range_reads_as_it_was_written() => Gen.Select(
        Gen.Int[1, 60_000], Gen.Int[1, 60_000], Gen.Int[1, 5_000], Gen.Bool.Select(isUdp => isUdp ? "udp" : "tcp")).Sample(
        (inside, outside, more, protocol) =>
        {
            var range = new HostRange(new(inside, inside + more), new(outside, outside + more), protocol);

            Assert.True(HostRange.TryParse($"{range}", out var read));
            Assert.Equal(range, read);
            Assert.Equal(($"{inside + more}/{protocol}", $"{outside + more}"), read.Pairs().Last());
            Assert.Equal(more + 1, read.Pairs().Count());
        });

    [Theory]
    [InlineData("")]
    [InlineData("80-90")]
    [InlineData("80-90=100-110")]
    [InlineData("80-90=100-111/tcp")]
    [InlineData("80-90=100-110/sctp")]
    [InlineData("80-90=100-110/tcp/udp")]
    public void Given_a_label_of_somebody_else_s_then_it_tells_no_range(string text) =>
        Assert.Empty(Labels.ReadPortRanges(new Dictionary<string, string> { [Labels.PortRanges] = text }));

    [Fact]
    public void Given_a_machine_that_tells_nothing_then_no_port_is_used_and_the_ephemeral_ones_are_those_of_ecs()
    {
        var kernel = new KernelPorts(Path.Combine(Path.GetTempPath(), $"ecs-no-such-{Guid.NewGuid():N}"));

        Assert.Equal(new PortRange(49153, 65535), kernel.Ephemeral());
        Assert.Empty(kernel.Used("tcp").Concat(kernel.Used("udp")).Concat(kernel.Listeners()));
    }
}
