using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;

namespace Ecs.Bus;

/// <summary>
/// The answering side of the quick way: a service's queries on a queue of this connection alone, which no disk keeps.
/// It answers or is silent: whatever is wrong with a message here, its sender asks again on the usual way, which says
/// so and sets aside what has to be.
/// </summary>
internal static class QuickAnswers
{
    /// <summary>How many queries are begun at a time: one that counts for long does not hold up the others.</summary>
    internal static readonly ushort AtATime = (ushort)Math.Max(2, Environment.ProcessorCount);

    /// <summary>
    /// Whether a command may take the quick way: queries, but for those whose signature is to be checked, and those of
    /// a state. Its digest may take longer than the quick way's patience; asked again it would be of a newer state, and
    /// the parts of the one that was told would be refused.
    /// </summary>
    internal static bool May(CommandType type) => type.IsQuery
        && !type.Type.IsAssignableTo(typeof(AgentCommand))
        && !type.Type.IsAssignableTo(typeof(IAsksState));

    /// <summary>What is to be taken so that a service's queries are answered.</summary>
    /// <param name="client">The program's name on the broker.</param>
    /// <param name="service">Whose queries.</param>
    /// <param name="answer">Answers one.</param>
    internal static QuickConsumption Of(
        string client, string service, Func<Asked, CancellationToken, Task<Answer>> answer)
    {
        var queue = $"{Exchanges.Queries}.{client}.{Guid.NewGuid():N}";
        return new QuickConsumption(
            queue,
            (channel, ct) => Topology.DeclareQueriesAsync(channel, queue, service, ct),
            delivery => AnswerAsync(delivery, answer));
    }

    private static async Task AnswerAsync(QuickDelivery delivery, Func<Asked, CancellationToken, Task<Answer>> answer)
    {
        var message = delivery.Message;
        var properties = message.BasicProperties;
        var reading = CommandReading.Read(
            Exchanges.Command(message.RoutingKey), properties.MessageId, properties.ContentType, message.Body);
        if (reading.Command is not { } query
            || !May(CommandTypes.Of(query.GetType()))
            || Reply.To(properties, reading.Envelope) is not { IsReachable: true } reply)
        {
            return;
        }

        var said = await answer(new Asked(query, reply.Queue, delivery.Gone), delivery.Abandon);
        var outgoing = reply.With(said with { CommandId = reading.CommandId });
        await ConfirmedChannel.PublishAsync(delivery.Channel, outgoing, delivery.Gone);
    }
}
