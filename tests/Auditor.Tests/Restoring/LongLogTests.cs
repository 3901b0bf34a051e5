using Ecs.Auditor.Tests.Hosted;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Scheduler.Restoring;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Ecs.Auditor.Tests.Restoring;

/// <summary><c>ecs-scheduler restored</c> with a log that takes long to be folded.</summary>
public sealed class LongLogTests(WrittenLog written)
{
    /// <summary>Longer than a lease lives, a statement may take, or a lead is waited for.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    private const int Commits = 9;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_log_whose_fold_outlasts_every_limit_when_it_is_gone_on_with_then_it_goes_through()
    {
        var connection = await written.CreateAsync();
        await WriteAsync(connection);
        await using var log = new EventLog(connection);
        var backup = await log.HeadAsync(Cancel);
        await using var link = new SlowLink(connection, bytesPerSecond: 250_000);
        var watch = Stopwatch.StartNew();

        var said = await RestoredLogs.GoOnAsync(link.Connection, Cancel);

        Assert.True(watch.Elapsed > Long, $"the link was too quick: {watch.Elapsed}");
        Assert.Contains($"was restored to position {backup.LastPosition}, ", said, StringComparison.Ordinal);
        Assert.Contains("1 clusters were told", said, StringComparison.Ordinal);
        var after = new List<StoredEvent>();
        await foreach (var e in log.ReadAsync(backup.LastPosition, ct: Cancel)) after.Add(e);
        var restored = Assert.IsType<ClusterRestored>(Assert.Single(after).Data);
        Assert.Equal((backup.LastPosition, backup.Hash, after[0].Position), (restored.Position, restored.Hash, restored.From));
    }

    /// <summary>A cluster whose tag changes thousands of times: pages of the log that say much and come to little.</summary>
    private static async Task WriteAsync(string connection)
    {
        await using var writer = new Writer(connection);
        await writer.WriteAsync(new CreateCluster(), Happenings.ClusterCreated());
        for (var commit = 0; commit < Commits; commit++)
        {
            await writer.WriteAsync(
                new TagResource(),
                [.. Enumerable.Range(0, LogLimits.ReadPage).Select(change => new ResourceTagsChanged
                {
                    ResourceArn = Happenings.Cluster,
                    Put = [new Tag { Key = "much", Value = $"{commit}-{change}-".PadRight(256, 'x') }],
                    At = Happenings.At,
                })]);
        }
    }
}
