using System.Collections.Concurrent;
using Ecs.Bus;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Rules.Tasks;

namespace Ecs.Scheduler.Agents;

/// <summary>
/// Listens to heartbeats while this Scheduler leads, and tells the writer when an Agent falls silent or is heard again,
/// and when a wait for room is over. Heartbeats themselves are never logged.
/// </summary>
internal sealed class HeartbeatWatch(IHeartbeats heartbeats, TimeSpan silenceLimit, TimeProvider time)
{
    /// <summary>How often heartbeats are compared with the state.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest time between two looks in which this process was awake: what was sent to one that stood still it
    /// has not read yet, and may never read.
    /// </summary>
    internal static readonly TimeSpan Awake = 3 * Period;

    private readonly ConcurrentDictionary<string, (long Session, long Number, long At)> _heard =
        new(StringComparer.Ordinal);

    private readonly KnownInstances _known = new(time);
    private long _looked;

    /// <summary>Watches until the lead is lost.</summary>
    public async Task RunAsync(GroupWriter<FleetState> writer, CancellationToken token)
    {
        _heard.Clear();
        _known.Clear();
        await using var listening = await heartbeats.ListenAsync(beat => Hear(writer.Current.State, beat), token);
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(token))
        {
            var fleet = writer.Current.State;
            if (Look(fleet) is { } changes)
            {
                await writer.SubmitAsync(
                    changes with { CommandId = Guid.NewGuid().ToString("N"), Actor = Services.Scheduler }, token);
            }

            if (WaitingForRoom.IsAnyOver(fleet, time.GetUtcNow()))
            {
                await writer.SubmitAsync(
                    new ObserveTime { CommandId = Guid.NewGuid().ToString("N"), Actor = Services.Scheduler }, token);
            }

            // A commit that takes long is no standstill: heartbeats were read meanwhile.
            _looked = time.GetTimestamp();
        }
    }

    /// <summary>What a look at who was heard changes; null for nothing.</summary>
    internal ObserveAgents? Look(FleetState fleet)
    {
        if (time.GetElapsedTime(_looked) > Awake) _known.Clear();
        _looked = time.GetTimestamp();
        foreach (var gone in _known.Look(fleet)) _heard.TryRemove(gone, out _);
        var heard = _heard.ToDictionary(
            pair => pair.Key, pair => time.GetElapsedTime(pair.Value.At), StringComparer.Ordinal);
        return AgentSilence.Compare(fleet, heard, _known.Since(), silenceLimit);
    }

    /// <summary>Takes a heartbeat.</summary>
    internal void Hear(FleetState fleet, Heartbeat beat)
    {
        _heard.TryGetValue(beat.ContainerInstanceArn, out var last);
        if (!IsSignOfLife(fleet, beat, (last.Session, last.Number))) return;

        _heard[beat.ContainerInstanceArn] = (beat.Session, beat.Number ?? 0, time.GetTimestamp());
    }

    /// <summary>Whether a heartbeat shows that the instance's own Agent lives.</summary>
    /// <param name="fleet">The state.</param>
    /// <param name="beat">The heartbeat.</param>
    /// <param name="last">Session and number of the last one that did; zeros before the first.</param>
    internal static bool IsSignOfLife(FleetState fleet, Heartbeat beat, (long Session, long Number) last)
    {
        // An older session is an Agent that another has replaced: its sign of life is not the instance's.
        if (!fleet.TryGetInstance(beat.ContainerInstanceArn, out var known)
            || beat.Session < known.Profile.Session)
        {
            return false;
        }

        // Nor is one that another signed, or one that was heard before and is sent again.
        return known.Profile.Key is not { } key
            || (beat.SignedBy == key && (beat.Session, beat.Number ?? 0).CompareTo(last) > 0);
    }
}
