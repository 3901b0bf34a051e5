using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Replays of a real log, against the states that its leader kept.</summary>
public sealed class ReplayTests(WrittenLog written) : PlayedHouse(written)
{
    [Fact]
    public async Task Given_a_log_that_is_being_written_when_replayed_then_it_comes_to_the_leaders_own_states()
    {
        Fleet.Instance(1);
        await WriteAsync();
        await House.Writer.KeepAsync(Fleet.State);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var task = Fleet.Run(new RunTask { TaskDefinition = "small" })[0];
                Fleet.When(new StopTask { Task = task });
                Fleet.When(new CreateCluster { ClusterName = $"cluster-{i}" });
                Fleet.When(new DeleteCluster { Cluster = $"cluster-{i}" });
                if (i % 5 == 4) Fleet.Instance(i + 2);
                await WriteAsync();
                await House.Writer.KeepAsync(Fleet.State);
            }
        });

        while (!writing.IsCompleted) AssertSame(await ReplayAsync());
        await writing;
        var end = await ReplayAsync();

        AssertSame(end);
        Assert.Equal(StateDigest.Of(Fleet.State), end.GetProperty("digest").GetString());
        Assert.True(end.GetProperty("compared").GetInt32() > 1);
    }

    [Fact]
    public async Task Given_a_leader_with_another_state_when_replayed_then_the_position_is_named()
    {
        Fleet.Instance(1);
        var before = Fleet.State;
        Fleet.Instance(2);
        var position = await WriteAsync();
        await House.Writer.KeepAsync(before);

        var state = await ReplayAsync();

        var difference = Assert.Single(state.GetProperty("differences").EnumerateArray());
        Assert.Equal(position, difference.GetProperty("position").GetInt64());
        Assert.Equal(StateDigest.Of(before), difference.GetProperty("leader").GetString());
        Assert.Equal(StateDigest.Of(Fleet.State), difference.GetProperty("replayed").GetString());
        var field = state.GetProperty("firstField");
        Assert.Equal(Fleet.Instances.Last(), field.GetProperty("of").GetString());
        Assert.False(field.TryGetProperty("leader", out _));
        Assert.False(difference.GetProperty("isLive").GetBoolean());
        Assert.Contains("no broker", state.GetProperty("liveWhy").GetString(), StringComparison.Ordinal);
    }

    private static void AssertSame(JsonElement replayed)
    {
        Assert.Empty(replayed.GetProperty("differences").EnumerateArray());
        Assert.True(replayed.GetProperty("compared").GetInt32() > 0);
    }

    private async Task<JsonElement> ReplayAsync() =>
        (await House.LinesAsync("/replay"))[^1].GetProperty("report").GetProperty("states").EnumerateArray()
            .Single(state => state.GetProperty("service").GetString() == Services.Scheduler);
}
