using System.Text;
using Ecs.Contracts;
using Ecs.Contracts.Signing;
using Ecs.Gateway.Access;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests.Access;

public class SignatureTests
{
    private const string Body = """{"maxResults": 1}""";

    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static readonly AccessKeys Keys = AccessKeys.Read(
        "X", $"{SignatureVectors.Key} {SignatureVectors.Secret} 123456789012\noperator o 210987654321 operator");

    public static TheoryData<string> Vectors => [.. SignatureVectors.All.Select(vector => vector.Name)];

    [Theory, MemberData(nameof(Vectors))]
    public void Given_a_known_request_when_signed_then_it_is_the_known_signature(string name)
    {
        var vector = SignatureVectors.All.Single(vector => vector.Name == name);
        var names = vector.Request.Headers.Select(header => header.Key.ToLowerInvariant()).Order(StringComparer.Ordinal);

        var signature = SignatureV4.Sign(
            SignatureVectors.Secret, SignatureVectors.Time, vector.Scope, vector.Request, [.. names]);

        Assert.Equal(vector.Signature, signature);
    }

    [Fact]
    public void Given_a_signed_request_when_verified_then_it_is_its_key_s_account_in_the_region_of_the_scope()
    {
        var (caller, error) = Verify(Signed());

        Assert.Null(error);
        Assert.Equal(new Scope("123456789012", "eu-west-1"), caller!.Scope);
        Assert.Equal("arn:aws:iam::123456789012:user/AKIDEXAMPLE", caller.Actor);
        Assert.True(caller.IsLimited);
    }

    [Fact]
    public void Given_an_operator_s_key_when_verified_then_it_is_not_limited_to_an_account() =>
        Assert.False(Verify(Signed(key: "operator", secret: "o")).Caller!.IsLimited);

    [Theory]
    [InlineData(-15 * 60), InlineData(15 * 60)]
    public void Given_a_clock_that_is_off_by_fifteen_minutes_when_verified_then_it_is_taken(int seconds) =>
        Assert.Null(Verify(Signed(time: Now.AddSeconds(seconds))).Error);

    [Theory]
    [InlineData(-15 * 60 - 1, "Signature expired: 20260304T045106Z is now earlier than 20260304T045107Z")]
    [InlineData(15 * 60 + 1, "Signature not yet current: 20260304T052108Z is still later than 20260304T052107Z")]
    public void Given_a_clock_that_is_off_by_more_when_verified_then_it_is_refused(int seconds, string message) =>
        Refused(Signed(time: Now.AddSeconds(seconds)), "InvalidSignatureException", message);

    [Fact]
    public void Given_another_secret_when_verified_then_it_is_refused() =>
        Refused(Signed(secret: "other"), "InvalidSignatureException", "does not match");

    [Fact]
    public void Given_an_unknown_key_when_verified_then_it_is_refused() =>
        Refused(Signed(key: "AKIDOTHER"), "UnrecognizedClientException", "security token");

    [Fact]
    public void Given_a_session_token_when_verified_then_it_is_refused_since_none_was_given_out() =>
        Refused(
            Signed(more: [KeyValuePair.Create("X-Amz-Security-Token", "t")]),
            "UnrecognizedClientException", "security token");

    [Fact]
    public void Given_another_service_s_signature_when_verified_then_it_is_refused() =>
        Refused(Signed(service: "s3"), "InvalidSignatureException", "correct service: 'ecs'");

    [Fact]
    public void Given_another_body_when_verified_then_it_is_refused() =>
        Refused(Signed() with { Body = Encoding.UTF8.GetBytes(Body + " ") }, "InvalidSignatureException", "does not match");

    [Theory, InlineData("Host"), InlineData("X-Amz-Target"), InlineData("Content-Type"), InlineData("X-Amz-Date")]
    public void Given_a_header_that_was_changed_when_verified_then_it_is_refused(string name)
    {
        var request = Signed();
        var changed = request.Headers.Select(header => header.Key == name
            ? KeyValuePair.Create(name, name == "X-Amz-Date" ? SignatureV4.Format(Now.AddSeconds(1)) : header.Value + "x")
            : header);

        Refused(request with { Headers = [.. changed] }, "InvalidSignatureException", "does not match");
    }

    [Theory, InlineData("Host", "'Host'"), InlineData("X-Amz-Target", "'x-amz-target'")]
    public void Given_a_header_that_is_not_signed_and_matters_when_verified_then_it_is_refused(string name, string told)
    {
        var signed = Signed(without: name);
        var more = KeyValuePair.Create(name, "anything");

        Refused(signed with { Headers = [.. signed.Headers, more] }, "InvalidSignatureException", $"{told} must be a");
    }

    [Fact]
    public void Given_another_method_path_or_query_when_verified_then_it_is_refused()
    {
        Refused(Signed() with { Method = "GET" }, "InvalidSignatureException", "does not match");
        Refused(Signed() with { Path = "/log" }, "InvalidSignatureException", "does not match");
        Refused(Signed() with { Query = "a=b" }, "InvalidSignatureException", "does not match");
    }

    [Theory, InlineData("UNSIGNED-PAYLOAD"), InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Given_a_body_hash_of_another_body_when_verified_then_it_is_refused(string hash) => Refused(
        Signed(more: [KeyValuePair.Create("X-Amz-Content-Sha256", hash)]), "InvalidSignatureException", "must be signed");

    [Fact]
    public void Given_a_signature_in_the_query_when_verified_then_it_is_refused_as_that() => Refused(
        Signed() with { Query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00" },
        "IncompleteSignatureException", "presigned");

    [Fact]
    public void Given_no_signature_when_verified_then_the_token_is_missing() => Refused(
        Signed() with { Headers = [] }, "MissingAuthenticationTokenException", "Missing Authentication Token");

    [Theory]
    [InlineData("Bearer abc", "algorithm")]
    [InlineData("AWS4-HMAC-SHA256 Signature=a", "requires 'Credential' parameter. Authorization header requires 'SignedHeaders'")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260304/us-east-1/ecs/aws4_request, SignedHeaders=host", "'Signature'")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=a", "slash-delimited")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260304/us:east/ecs/aws4_request, SignedHeaders=host, Signature=a", "slash")]
    [InlineData("AWS4-HMAC-SHA256 Credential=a/20260304/us-east-1/ecs/aws4, SignedHeaders=host, Signature=a", "slash")]
    public void Given_a_header_that_lacks_something_when_verified_then_it_says_what(string header, string told)
    {
        var request = Signed();
        var headers = request.Headers.Select(h => h.Key == "Authorization" ? KeyValuePair.Create(h.Key, header) : h);

        Refused(request with { Headers = [.. headers] }, "IncompleteSignatureException", told);
    }

    [Fact]
    public void Given_no_date_when_verified_then_it_is_refused() =>
        Refused(Signed(without: "X-Amz-Date"), "IncompleteSignatureException", "'X-Amz-Date' or a 'Date'");

    [Fact]
    public void Given_a_scope_of_another_day_when_verified_then_it_is_refused() =>
        Refused(Signed(scopeDate: "20260303"), "InvalidSignatureException", "Date in Credential scope does not match");

    private static (Caller? Caller, Ecs.Contracts.Commands.CommandError? Error) Verify(SignableRequest request) =>
        SignatureCheck.Verify(request, Keys, Now);

    private static void Refused(SignableRequest request, string type, string message)
    {
        var (caller, error) = Verify(request);
        Assert.Null(caller);
        Assert.Equal(type, error!.Type);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static SignableRequest Signed(
        string key = SignatureVectors.Key,
        string secret = SignatureVectors.Secret,
        DateTimeOffset? time = null,
        string? scopeDate = null,
        string service = "ecs",
        string? without = null,
        KeyValuePair<string, string>[]? more = null)
    {
        var at = SignatureV4.Format(time ?? Now);
        KeyValuePair<string, string>[] headers =
        [
            KeyValuePair.Create("Host", "127.0.0.1:8080"),
            KeyValuePair.Create("Content-Type", "application/x-amz-json-1.1"),
            KeyValuePair.Create("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.ListClusters"),
            KeyValuePair.Create("X-Amz-Date", at),
            .. more ?? [],
        ];
        var request = new SignableRequest(
            "POST", "/", "", [.. headers.Where(header => header.Key != without)], Encoding.UTF8.GetBytes(Body));
        var authorization = SignatureV4.Authorization(
            key, secret, at, new CredentialScope(scopeDate ?? at[..8], "eu-west-1", service), request);
        return request with { Headers = [.. request.Headers, KeyValuePair.Create("Authorization", authorization)] };
    }
}
