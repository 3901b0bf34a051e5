using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

/// <summary>
/// The answering side of the quick way: a service's queries on a queue of this connection alone, which no disk keeps.
/// It answers or is silent: whatever is wrong with a message here, its sender asks again on the usual way, which says
/// so and sets aside what has to be.
/// </summary>
internal sealed class QuickAnswers(
    ConfirmedChannel replies, Func<Asked, CancellationToken, Task<Answer>> answer, ILogger log)
{
    /// <summary>
    /// Whether a command may take the quick way: queries, but for those whose signature is to be checked.
    /// </summary>
    internal static bool May(CommandType type) => type.IsQuery && !type.Type.IsAssignableTo(typeof(AgentCommand));

    /// <summary>What is to be consumed so that a service's queries are answered.</summary>
    /// <param name="client">The program's name on the broker.</param>
    /// <param name="service">Whose queries.</param>
    /// <param name="atATime">How many are answered at a time.</param>
    internal Consumption Of(string client, string service, ushort atATime)
    {
        var queue = $"{Exchanges.Queries}.{client}.{Guid.NewGuid():N}";
        return new Consumption(
            queue,
            atATime,
            (channel, ct) => Topology.DeclareQueriesAsync(channel, queue, service, ct),
            AnswerAsync);
    }

    private async Task AnswerAsync(Delivery delivery)
    {
        var properties = delivery.Properties;
        var reading = CommandReading.Read(
            Exchanges.Command(delivery.RoutingKey), properties.MessageId, properties.ContentType, delivery.Body);
        if (reading.Command is not { } query
            || !May(CommandTypes.Of(query.GetType()))
            || Reply.To(delivery, reading.Envelope) is not { IsReachable: true } reply)
        {
            return;
        }

        try
        {
            var said = await answer(new Asked(query, reply.Queue, delivery.Gone), delivery.Abandon);
            await replies.PublishAsync(reply.With(said with { CommandId = reading.CommandId }), delivery.Gone);
        }
        catch (Exception fault) when (!delivery.Gone.IsCancellationRequested)
        {
            log.LogInformation("Query {CommandId} is left to the usual way: {Reason}",
                reading.CommandId, fault.Message);
        }
    }
}
