using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;

namespace Ecs.Auditor.Past;

/// <summary>
/// Asks about the past before the first question comes: what reads, unpacks, folds and answers is compiled by then, and
/// the newest state is there. Nothing depends on it: a log that is away, or cannot be read, is told to whoever asks.
/// </summary>
internal sealed class PastWarming(
    EventLog log, StateReading states, AtEndpoint past, ILogger<PastWarming> logger) : IHostedService
{
    /// <summary>How long the start of the program waits for it at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var head = (await log.HeadAsync(patience.Token)).LastPosition;
            // The newest is the likeliest to be asked for; one between two snapshots folds besides.
            foreach (var position in new[] { head, head / 3 })
            {
                var fleet = await states.FleetAsync(position, patience.Token);
                foreach (var question in Questions(fleet)) await AskAsync(question, position, patience.Token);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("the past was not read in advance: {Reason}", e.Message);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What is asked most; nothing where there is nothing to ask about.</summary>
    private static IEnumerable<Command> Questions(FleetState fleet)
    {
        if (fleet.Clusters.Values.FirstOrDefault() is not { } cluster) return [];

        var tasks = cluster.Tasks.Keys.Take(DescribeTasks.MaxTasks).ToList();
        Command[] questions =
        [
            new DescribeClusters { Clusters = [cluster.Arn], Include = ["STATISTICS"] },
            new ListTasks { Cluster = cluster.Arn },
            new DescribeTasks { Cluster = cluster.Arn, Tasks = tasks },
        ];
        var scope = Arn.Parse(cluster.Arn).Scope;
        return questions.Select(one => one with { Account = scope.Account, Region = scope.Region });
    }

    private async Task AskAsync(Command question, long position, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(question, question.GetType(), EcsJson.Options);
        var http = new DefaultHttpContext { RequestAborted = ct };
        http.Request.Body = new MemoryStream(body);
        http.Request.ContentLength = body.Length;
        await past.AnswerAsync(
            http, position.ToString(CultureInfo.InvariantCulture), CommandTypes.Of(question.GetType()).Name);
    }
}
