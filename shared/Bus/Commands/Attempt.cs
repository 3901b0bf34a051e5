using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

/// <summary>How a delivery ended.</summary>
internal enum Outcome
{
    /// <summary>The work returned.</summary>
    Done,

    /// <summary>The work failed for reasons of its own, again and again.</summary>
    Poison,

    /// <summary>A fault did not pass for so long that the message is better put back than held.</summary>
    Overheld,
}

/// <summary>The result of a delivery's work.</summary>
internal readonly record struct Result<T>(Outcome Outcome, T? Value, Exception? Fault);

/// <summary>
/// Does one delivery's work: a fault that passes holds it, unacknowledged, since going back to the queue would count
/// towards the delivery limit; another fault is tried again shortly and at last given up.
/// </summary>
internal sealed class Attempt<T>
{
    /// <summary>The pauses before a failed work is tried again; after the last it is given up.</summary>
    internal static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1)];

    /// <summary>
    /// How long a delivery is held at most. RabbitMQ closes the channel of a consumer that holds one for 30 minutes.
    /// </summary>
    internal static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource<Result<T>> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Delivery _delivery;
    private readonly Turnstile _turnstile;
    private readonly Func<Task<T>> _work;
    private readonly Func<Exception, bool> _isPassing;
    private readonly ILogger _log;
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private volatile bool _isUnderWay;
    private int _failures;

    internal Attempt(
        Delivery delivery, Turnstile turnstile, Func<Task<T>> work, Func<Exception, bool> isPassing, ILogger log)
    {
        _delivery = delivery;
        _turnstile = turnstile;
        _work = work;
        _isPassing = isPassing;
        _log = log;
    }

    /// <summary>Takes the delivery through the turnstile and does its work.</summary>
    /// <exception cref="OperationCanceledException">The delivery is to stay in the queue.</exception>
    internal async Task<Result<T>> RunAsync()
    {
        using var gone = _delivery.Gone.UnsafeRegister(_ => _end.TrySetCanceled(), null);
        using var stopping = _delivery.Stopping.UnsafeRegister(_ => StopWaiting(), null);
        _turnstile.Enter(_delivery.Tag, Begin);
        return await _end.Task;
    }

    private void StopWaiting()
    {
        if (!_isUnderWay) _end.TrySetCanceled();
    }

    private void Begin()
    {
        _isUnderWay = true;
        if (_delivery.Stopping.IsCancellationRequested) _end.TrySetCanceled();
        if (_end.Task.IsCompleted) return;

        _ = WorkAsync();
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            try
            {
                var value = await _work();
                _turnstile.Succeed();
                _end.TrySetResult(new(Outcome.Done, value, null));
                return;
            }
            catch (Exception) when (_delivery.Stopping.IsCancellationRequested)
            {
                // Whatever it was: the next who consumes the queue tries it again.
                _end.TrySetCanceled();
                return;
            }
            catch (Exception e) when (_isPassing(e))
            {
                Hold(e);
                return;
            }
            catch (Exception e)
            {
                if (_failures == Pauses.Length)
                {
                    _end.TrySetResult(new(Outcome.Poison, default, e));
                    return;
                }

                _log.LogWarning(e, "Queue {Queue}: message {MessageId} failed, tried again",
                    _delivery.Queue, _delivery.Properties.MessageId);
            }

            await Task.Delay(Pauses[_failures++], CancellationToken.None);
        }
    }

    private void Hold(Exception fault)
    {
        if (TimeProvider.System.GetElapsedTime(_since) > LongestHold)
        {
            _end.TrySetResult(new(Outcome.Overheld, default, fault));
            return;
        }

        _log.LogInformation("Queue {Queue}: message {MessageId} is held: {Reason}",
            _delivery.Queue, _delivery.Properties.MessageId, fault.Message);
        _turnstile.Again(_delivery.Tag, Begin);
        _isUnderWay = false;
        if (_delivery.Stopping.IsCancellationRequested) _end.TrySetCanceled();
    }
}
