using Ecs.Contracts.Commands;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model;
using Ecs.Simulation.Broker;
using Ecs.Simulation.Database;
using Ecs.Simulation.Worlds;
using Microsoft.Extensions.Logging;

namespace Ecs.Simulation.Services;

/// <summary>
/// A service that decides commands: the real writer, relay, decider and role, in the order in which shared/Leading and
/// shared/Log/Leading run them. Only the waiting around them is the simulation's own.
/// </summary>
internal abstract class SimService<TState>(
    World world, string name, string service, SimStore store, SimBroker broker, IMishaps mishaps, Guards guards)
    : SimNode(world, name)
    where TState : IState<TState>
{
    /// <summary>How long a relay that nothing woke waits; the real one looks more often, which costs steps here.</summary>
    private static readonly TimeSpan RelayPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>The writer of the present lead; null where this process does not lead.</summary>
    public GroupWriter<TState>? Writer { get; private set; }

    /// <summary>What is switched off.</summary>
    protected Guards Guards => guards;

    /// <summary>What the service brings to leading.</summary>
    protected abstract LeadingRole<TState> Role(SimProcess process, WriterLog log, SimBus bus);

    /// <inheritdoc/>
    protected override async Task RunAsync(SimProcess process)
    {
        Writer = null;
        var wire = new Wire(process, mishaps);
        var bus = new SimBus(wire, broker, guards);
        var log = new WriterLog(wire, store);
        var role = Role(process, log, bus);
        while (true)
        {
            if (await TryTakeAsync(wire) is { } lease)
            {
                await LeadAsync(new Term(wire, bus, log, role, lease));
                Writer = null;
                await TryAsync(wire.AskAsync("lease-give-up", () => store.Leases.GiveUp(lease)));
            }

            await Task.Delay(LogLimits.LeaseTry, process.Clock);
        }
    }

    private async Task<Lease?> TryTakeAsync(Wire wire)
    {
        try
        {
            return await wire.AskAsync("lease-take", () => store.Leases.TryTake(service, wire.Process.Name));
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private async Task LeadAsync(Term term)
    {
        using var end = new CancellationTokenSource();
        var logger = new SimLogger<GroupWriter<TState>>(term.Process, LogLevel.Error);
        var writer = new GroupWriter<TState>(term.Log, term.Lease, term.Role.Decider, term.Process.Clock, logger);
        Writer = writer;
        Task[] parts =
        [
            writer.RunAsync(end.Token),
            RelayAsync(term, writer, end.Token),
            KeepAsync(term, end.Token),
            ServeAsync(term, writer, end.Token),
            BesideAsync(term, writer, end.Token),
        ];
        await Task.WhenAny(parts);
        end.Cancel();
        foreach (var part in parts) await TryAsync(part);
        if (parts.FirstOrDefault(part => part.IsFaulted) is { Exception.InnerException: { } fault })
        {
            World.Tell(term.Process.Name, $"leads no more: {fault.Message}");
        }
    }

    private async Task ServeAsync(Term term, GroupWriter<TState> writer, CancellationToken ct)
    {
        await writer.Ready;
        await using var consumer = term.Bus.Serve(service, AnswerAsync, ct);
        await Task.Delay(Timeout.Infinite, ct);

        async Task<Answer> AnswerAsync(Command command, CancellationToken token)
        {
            if (!CommandTypes.Of(command.GetType()).IsQuery) return await writer.SubmitAsync(command, token);

            var current = writer.Current;
            var answer = await term.Role.Query(command, current, token);
            return answer with { Position = answer.Position ?? current.Position };
        }
    }

    private static async Task BesideAsync(Term term, GroupWriter<TState> writer, CancellationToken ct)
    {
        await writer.Ready;
        if (term.Role.WhileLeading is { } whileLeading) await whileLeading(writer, ct);
        await Task.Delay(Timeout.Infinite, ct);
    }

    /// <summary>As the real Leadership: the life of a lease counts from before the question that renewed it.</summary>
    private async Task KeepAsync(Term term, CancellationToken ct)
    {
        TimeProvider clock = term.Process.Clock;
        for (var renewed = clock.GetTimestamp(); clock.GetElapsedTime(renewed) < LogLimits.LeaseLife;)
        {
            await Task.Delay(LogLimits.LeaseRenewal, clock, ct);
            var asked = clock.GetTimestamp();
            try
            {
                if (!await term.Wire.AskAsync("lease-renew", () => store.Leases.Renew(term.Lease), ct)) return;

                renewed = asked;
            }
            catch (TimeoutException)
            {
                // It is asked again while the lease lives.
            }
        }
    }

    private async Task RelayAsync(Term term, GroupWriter<TState> writer, CancellationToken ct)
    {
        TimeProvider clock = term.Process.Clock;
        var wake = new TaskCompletionSource();
        var log = new RelayLog(term.Wire, store);
        var owned = new LogFilter { Kinds = term.Role.Decider.Kinds };
        var relay = new Relay(log, service, owned, (batch, token) => PublishAsync(term, writer, batch, token), clock);
        writer.Committed += written =>
        {
            relay.Take(written);
            wake.TrySetResult();
        };
        RelayPlace? place = null;
        for (var failed = 0; ; )
        {
            try
            {
                place ??= await log.PlaceAsync(service, ct);
                var step = await relay.StepAsync(term.Lease, place, ct);
                (place, failed) = (step.Place, 0);
                if (!step.More) await WokenAsync(term.Process, wake, ct);
                if (wake.Task.IsCompleted) wake = new TaskCompletionSource();
            }
            catch (Exception e) when (e is not (FencedException or OperationCanceledException))
            {
                World.Tell(term.Process.Name, $"relay: {e.Message}");
                await Task.Delay(Retry.After(++failed), clock, ct);
            }
        }
    }

    private static async Task WokenAsync(SimProcess process, TaskCompletionSource wake, CancellationToken ct)
    {
        process.World.After(RelayPoll, () => process.Run(() => wake.TrySetResult()));
        using var ended = ct.UnsafeRegister(_ => wake.TrySetCanceled(ct), null);
        await wake.Task;
    }

    /// <summary>As the real Publication: events to the bus, and beside it the service's own part.</summary>
    private static async Task PublishAsync(
        Term term, GroupWriter<TState> writer, IReadOnlyList<RawEvent> batch, CancellationToken ct)
    {
        var told = term.Role.AlsoRelay is { } alsoRelay ? TellAsync() : Task.CompletedTask;
        await Task.WhenAll(told, term.Bus.PublishAsync(batch, ct));

        async Task TellAsync()
        {
            while (writer.Current.Position < batch[^1].Position)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), term.Process.Clock, ct);
            }

            await alsoRelay(batch, writer.Current, ct);
        }
    }

    private static async Task TryAsync(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    private sealed record Term(Wire Wire, SimBus Bus, WriterLog Log, LeadingRole<TState> Role, Lease Lease)
    {
        public SimProcess Process => Wire.Process;
    }
}
