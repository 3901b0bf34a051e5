using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Tracing;
using RabbitMQ.Client;

namespace Ecs.Bus;

internal sealed class CommandSender(
    ReplyQueue replies, QuickQuestions questions, ConfirmedChannel channel, SigningKey? key = null)
    : ICommandSender, IDisposable
{
    /// <summary>The most callers that wait for answers at a time; more of them wait for a place first.</summary>
    internal const int MaxWaiting = 1024;

    /// <summary>The pause before a command is sent again that the broker did not confirm.</summary>
    private static readonly TimeSpan ResendPause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an answer on the quick way is waited for before the query is asked on the usual one.</summary>
    internal static readonly TimeSpan QuickPatience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(MaxWaiting, MaxWaiting);

    public void Dispose() => _places.Dispose();

    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(timeout);
        try
        {
            await _places.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"{MaxWaiting} callers wait for answers already, for longer than {timeout}");
        }

        try
        {
            return await AskAsync(command, patience, timeout, ct);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<Answer> AskAsync(
        Command command, CancellationTokenSource patience, TimeSpan timeout, CancellationToken ct)
    {
        var message = Write(command);
        try
        {
            var early = QuickWay(command, message) is { } query
                ? questions.AskAsync(query, patience.Token)
                : Task.FromResult<Answer?>(null);
            return await SoonAsync(early, patience.Token) ?? await AskUsuallyAsync(message, early, patience);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer to {message.Exchange} within {timeout}");
        }
    }

    /// <summary>The answer that the quick way gives within its time; else null.</summary>
    private static async Task<Answer?> SoonAsync(Task<Answer?> early, CancellationToken ended)
    {
        try
        {
            return await early.WaitAsync(QuickPatience, ended);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Asks on the usual way; what the quick one may still answer late is an answer all the same.</summary>
    private async Task<Answer> AskUsuallyAsync(
        Outgoing message, Task<Answer?> late, CancellationTokenSource patience)
    {
        var correlation = message.Properties.CorrelationId!;
        var usual = replies.Expect(correlation);
        var sending = SendUntilEndAsync(message, patience.Token);
        try
        {
            var first = await Task.WhenAny((Task)late, usual).WaitAsync(patience.Token);
            return first == late && await late is { } answer ? answer : await usual.WaitAsync(patience.Token);
        }
        finally
        {
            replies.Forget(correlation);
            await patience.CancelAsync();
            await sending;
        }
    }

    /// <summary>
    /// The same query on the way that keeps nothing; null for commands. What Agents ask is signed for the exchange that
    /// it goes to, and rare.
    /// </summary>
    private static Outgoing? QuickWay(Command command, Outgoing usual)
    {
        var type = CommandTypes.Of(command.GetType());
        if (!QuickAnswers.May(type)) return null;

        // One that waits longer is asked on the usual way already.
        var properties = new BasicProperties(usual.Properties)
        {
            Persistent = false,
            ReplyTo = Reply.DirectReplyTo,
            Expiration = QuickPatience.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        };
        return usual with { Exchange = Exchanges.Queries, RoutingKey = type.Name, Properties = properties };
    }

    /// <summary>
    /// Sends, and sends again whenever the reply queue was lost and with it perhaps the answer. The same id has one
    /// effect, so a second time costs nothing but the message.
    /// </summary>
    private async Task SendUntilEndAsync(Outgoing message, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                var session = await replies.GetAsync(ended);
                await channel.PublishAsync(message, ended);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, ended);
                await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
            }
            catch (OperationCanceledException)
            {
                // Either the caller has what it waits for, or the reply queue was lost.
            }
            catch (BusUnavailableException)
            {
                await Task.Delay(ResendPause, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Outgoing Write(Command command)
    {
        // In the body, where it is signed with the rest.
        if (key is not null) command = command with { CommandId = command.CommandId ?? Guid.NewGuid().ToString("N") };
        var properties = new BasicProperties
        {
            MessageId = command.CommandId ?? Guid.NewGuid().ToString("N"),
            CorrelationId = Guid.NewGuid().ToString("N"),
            ReplyTo = replies.Name,
            ContentType = Reply.PlainContentType,
            Persistent = true,
        };
        if (Activity.Current is { IsAllDataRequested: true, Id: { } span })
        {
            properties.Headers = new Dictionary<string, object?> { [Spans.ParentHeader] = span };
        }

        var exchange = Exchanges.Command(CommandTypes.Of(command.GetType()).Name);
        var body = JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), EcsJson.Options);
        if (key is not null) Signatures.Add(properties, key, exchange, body);
        return new Outgoing(exchange, "", properties, body) { Mandatory = true };
    }
}
