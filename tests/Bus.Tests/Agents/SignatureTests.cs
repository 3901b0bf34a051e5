using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using RabbitMQ.Client;

namespace Ecs.Bus.Tests.Pure;

public sealed class SignatureTests
{
    private const string Exchange = "ecs.commands.get-assignments";

    private static readonly GetAssignments Ask = new() { CommandId = "ask-1", ContainerInstance = "arn" };

    [Fact]
    public void Given_a_signed_command_when_it_arrives_then_it_names_the_key_that_signed_it()
    {
        using var key = SigningKey.Create();
        using var again = SigningKey.FromPem(key.ToPem());
        Assert.Equal(again.Fingerprint, Assert.IsType<GetAssignments>(Check(Signed(key)).Command).SignedBy);
        Assert.Matches("^SHA256:[A-Za-z0-9+/]{43}$", key.Fingerprint);
    }

    [Fact]
    public void Given_no_signature_then_the_command_is_nobodys_and_given_a_claim_in_the_body_then_it_is_refused()
    {
        var body = Body(Ask);
        var plain = Delivery(body, []);
        Assert.Null(Assert.IsType<GetAssignments>(Check(plain).Command).SignedBy);
        Assert.Equal("signedBy", Check(Delivery(Body(Ask with { SignedBy = "SHA256:x" }), [])).Error?.Field);
    }

    [Fact]
    public void Given_any_bit_that_is_changed_then_the_command_is_refused()
    {
        using var key = SigningKey.Create();
        var good = Signed(key);
        for (var i = 0; i < good.Body.Length; i++)
        {
            var body = good.Body.ToArray();
            body[i] ^= 1;
            Assert.False(Signatures.TryRead(good with { Body = body }, out var signedBy), $"byte {i}");
            Assert.Null(signedBy);
        }
    }

    [Fact]
    public void Given_another_key_another_exchange_or_half_a_signature_then_the_command_is_refused()
    {
        using var key = SigningKey.Create();
        using var other = SigningKey.Create();
        var good = Signed(key);
        var headers = good.Properties.Headers!;
        Delivery With(string name, object? value) =>
            Delivery(good.Body.ToArray(), new Dictionary<string, object?>(headers) { [name] = value });

        Delivery[] bad =
        [
            With(SignatureHeaders.Key, Encoding.UTF8.GetBytes(other.PublicKey)),
            With(SignatureHeaders.Key, Encoding.UTF8.GetBytes("no key")),
            With(SignatureHeaders.Key, null),
            With(SignatureHeaders.Signature, new byte[257]),
            With(SignatureHeaders.Signature, 5),
            good with { Exchange = "ecs.heartbeats" },
        ];

        Assert.All(bad, delivery => Assert.False(Signatures.TryRead(delivery, out _)));
        Assert.Equal(SignatureHeaders.Signature, Check(bad[0]).Error?.Field);
    }

    private static Reading Check(Delivery delivery) => Signatures.Check(
        CommandReading.Read(Exchange, null, "application/json", delivery.Body), delivery);

    private static byte[] Body(GetAssignments ask) => JsonSerializer.SerializeToUtf8Bytes(ask, EcsJson.Options);

    // Headers come back from the broker as bytes.
    private static Delivery Signed(SigningKey key)
    {
        var properties = new BasicProperties();
        Signatures.Add(properties, key, Exchange, Body(Ask));
        return Delivery(Body(Ask), properties.Headers!.ToDictionary(
            header => header.Key, header => (object?)Encoding.UTF8.GetBytes((string)header.Value!)));
    }

    private static Delivery Delivery(byte[] body, Dictionary<string, object?> headers) =>
        new("scheduler", Exchange, "", new BasicProperties { Headers = headers }, body, 1, null!)
        {
            Gone = default,
            Abandon = default,
            Stopping = default,
        };
}
