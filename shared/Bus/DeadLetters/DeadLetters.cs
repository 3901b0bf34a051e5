using Ecs.Contracts.Bus;
using RabbitMQ.Client;

namespace Ecs.Bus;

/// <summary>
/// The messages that could not be read or handled. Looking takes them from the queue without acknowledging and gives
/// them back, so nothing is lost; what somebody else looks at in that moment is not seen.
/// </summary>
public sealed class DeadLetters
{
    /// <summary>The most dead letters that are listed, oldest first.</summary>
    public const int MaxListed = 1_000;

    /// <summary>How far a dead letter is looked for by its id, in messages from the oldest.</summary>
    public const int MaxSearched = 10_000;

    private static readonly CreateChannelOptions Confirmed = new(true, true);

    private readonly BusConnection _connection;

    internal DeadLetters(BusConnection connection) => _connection = connection;

    /// <summary>The oldest dead letters, at most <see cref="MaxListed"/>.</summary>
    /// <exception cref="BusUnavailableException">The broker was lost meanwhile.</exception>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken ct)
    {
        var letters = new List<DeadLetter>();
        await LookAsync(
            MaxListed,
            (_, _, letter) =>
            {
                letters.Add(letter);
                return Task.FromResult(false);
            },
            ct);
        return letters;
    }

    /// <summary>
    /// The dead letter of that id; null where there is none among the oldest <see cref="MaxSearched"/>.
    /// </summary>
    /// <exception cref="BusUnavailableException">The broker was lost meanwhile.</exception>
    public async Task<DeadLetter?> ShowAsync(string id, CancellationToken ct)
    {
        DeadLetter? found = null;
        await LookAsync(
            MaxSearched,
            (_, _, letter) =>
            {
                if (letter.Id == id) found = letter;
                return Task.FromResult(found is not null);
            },
            ct);
        return found;
    }

    /// <summary>
    /// Sends a dead letter again the way it came first, and removes it when the broker has confirmed that a queue has
    /// it. A program that stops in between leaves both: the same id has one effect.
    /// </summary>
    /// <returns>False where there is none of that id among the oldest <see cref="MaxSearched"/>.</returns>
    /// <exception cref="BusUnavailableException">
    /// The broker was lost, or no queue took the message; it is still there.
    /// </exception>
    public async Task<bool> ResendAsync(string id, CancellationToken ct)
    {
        var isSent = false;
        await LookAsync(
            MaxSearched,
            async (channel, got, letter) =>
            {
                if (letter.Id != id) return false;

                var message = new Outgoing(
                    letter.Exchange, letter.RoutingKey, DeadLetterReading.Restore(got.BasicProperties), got.Body);
                await ConfirmedChannel.PublishAsync(channel, message with { Mandatory = true }, ct);
                await channel.BasicAckAsync(got.DeliveryTag, multiple: false, ct);
                return isSent = true;
            },
            ct);
        return isSent;
    }

    /// <summary>
    /// Goes through the queue until <paramref name="look"/> says true; all that it did not acknowledge goes back.
    /// </summary>
    private async Task LookAsync(
        int most, Func<IChannel, BasicGetResult, DeadLetter, Task<bool>> look, CancellationToken ct)
    {
        try
        {
            var connection = await _connection.GetAsync(ct);
            await using var channel = await connection.CreateChannelAsync(Confirmed, ct);
            for (var seen = 0; seen < most; seen++)
            {
                if (await channel.BasicGetAsync(Exchanges.DeadLetters, autoAck: false, ct) is not { } got) break;

                var letter = DeadLetterReading.Read(got.BasicProperties, got.RoutingKey, got.Body);
                if (await look(channel, got, letter)) break;
            }

            // Closing, not only disposing: the broker has given all back when it has answered.
            await channel.CloseAsync(ct);
        }
        catch (Exception e) when (BrokerFaults.IsBroken(e))
        {
            throw new BusUnavailableException($"The dead letters were not gone through: {e.Message}", e);
        }
    }
}
