namespace Ecs.Simulation.Worlds;

/// <summary>
/// How a process asks something outside of it, database, broker or engine: the question travels, has its effect there,
/// and the reply travels back. A process that died meanwhile does not take the effect back.
/// </summary>
internal sealed class Wire(SimProcess process, IMishaps mishaps)
{
    /// <summary>How long a fault of the wire goes unnoticed.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(400);

    /// <summary>The process that asks.</summary>
    public SimProcess Process => process;

    /// <summary>Asks, and comes back with the reply, or with what the effect threw.</summary>
    /// <param name="what">The name of the question, for traces and for faults.</param>
    /// <param name="effect">What happens at the other end; at a moment of its own, all at once.</param>
    /// <param name="ct">Ends the wait, not the effect.</param>
    /// <exception cref="TimeoutException">Question or reply was lost: whether it had its effect is not known.</exception>
    public Task<T> AskAsync<T>(string what, Func<T> effect, CancellationToken ct = default) =>
        AskAsync<T>(what, reply => reply(Outcome<T>.Of(effect)), ct);

    /// <summary>As above, for an effect that takes its own time and replies later.</summary>
    public Task<T> AskAsync<T>(string what, Action<Action<Outcome<T>>> effect, CancellationToken ct = default)
    {
        var world = process.World;
        var end = new TaskCompletionSource<T>();
        if (ct.IsCancellationRequested) return Task.FromCanceled<T>(ct);

        var cancelled = ct.CanBeCanceled ? ct.UnsafeRegister(_ => end.TrySetCanceled(ct), null) : default;
        var fate = mishaps.Of(process, what);
        if (fate is Fate.Dies or Fate.DiesAfterEffect) world.Tell(process.Name, $"dies at {what} ({fate})");
        if (fate is Fate.Dies)
        {
            mishaps.Kill(process);
            return end.Task;
        }

        world.After(mishaps.Latency(), () =>
        {
            if (fate is Fate.QuestionLost)
            {
                world.Tell(process.Name, $"{what}: the question is lost");
                world.After(Notice, () => Reply(Outcome<T>.Lost(what)));
                return;
            }

            effect(outcome =>
            {
                if (fate is Fate.ReplyLost) world.Tell(process.Name, $"{what}: the reply is lost");
                if (fate is Fate.DiesAfterEffect) mishaps.Kill(process);
                var delay = fate is Fate.ReplyLost ? Notice : mishaps.Latency();
                world.After(delay, () => Reply(fate is Fate.ReplyLost ? Outcome<T>.Lost(what) : outcome));
            });
        });
        // A process may be frozen with its question on the way.
        if (fate is Fate.Freezes) mishaps.Freeze(process);
        return end.Task;

        void Reply(Outcome<T> outcome) => process.Run(() =>
        {
            cancelled.Dispose();
            outcome.Settle(end);
        });
    }
}

/// <summary>What came of an effect: a value or a fault.</summary>
internal readonly record struct Outcome<T>(T? Value, Exception? Fault)
{
    /// <summary>What came of doing it now.</summary>
    public static Outcome<T> Of(Func<T> effect)
    {
        try
        {
            return new(effect(), null);
        }
        catch (Exception fault)
        {
            return new(default, fault);
        }
    }

    /// <summary>Nobody knows what came of it.</summary>
    public static Outcome<T> Lost(string what) => new(default, new TimeoutException($"no reply to {what}"));

    /// <summary>Gives it to whoever waits.</summary>
    public void Settle(TaskCompletionSource<T> end)
    {
        if (Fault is null) end.TrySetResult(Value!);
        else end.TrySetException(Fault);
    }
}
