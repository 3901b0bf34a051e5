using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Tracing;
using RabbitMQ.Client;

namespace Ecs.Bus;

internal sealed class CommandSender(ReplyQueue replies, ConfirmedChannel channel, SigningKey? key = null)
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
        var correlation = Guid.NewGuid().ToString("N");
        var message = Write(command, correlation);
        var answer = replies.Expect(correlation);
        var sending = SendUntilEndAsync(message, QuickWay(command, message), patience.Token);
        try
        {
            return await answer.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer to {message.Exchange} within {timeout}");
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
            Expiration = QuickPatience.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        };
        return usual with { Exchange = Exchanges.Queries, RoutingKey = type.Name, Properties = properties };
    }

    /// <summary>Whether the query is on its way to somebody who leads; false where nobody took it.</summary>
    private async Task<bool> TrySendAsync(Outgoing query, CancellationToken ended)
    {
        try
        {
            await replies.GetAsync(ended);
            await channel.PublishAsync(query, ended);
            return true;
        }
        catch (OperationCanceledException)
        {
            // The answer was here before the broker's confirm.
            return true;
        }
        catch (BusUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Sends, and sends again whenever the reply queue was lost and with it perhaps the answer. The same id has one
    /// effect, so a second time costs nothing but the message.
    /// </summary>
    private async Task SendUntilEndAsync(Outgoing message, Outgoing? quick, CancellationToken ended)
    {
        if (quick is not null && await TrySendAsync(quick, ended))
        {
            await Task.Delay(QuickPatience, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

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

    private Outgoing Write(Command command, string correlation)
    {
        // In the body, where it is signed with the rest.
        if (key is not null) command = command with { CommandId = command.CommandId ?? Guid.NewGuid().ToString("N") };
        var properties = new BasicProperties
        {
            MessageId = command.CommandId ?? Guid.NewGuid().ToString("N"),
            CorrelationId = correlation,
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
